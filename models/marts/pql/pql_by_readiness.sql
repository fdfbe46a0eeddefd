{#
    Do we send leads to sales too early, before they saw what the product is worth?

    Leads are parted by whether they were activated when they qualified first. Where the early ones
    convert as well as the others, activation is no condition for a talk; where not, sales should
    wait or the line should rise.
#}

with

leads as (

    select * from {{ ref('int_leads') }}

),

first_leads as (

    select
        model,
        is_activated_before,
        is_mature,
        is_mature and is_converted as is_converted,
        case
            when is_mature and is_converted then {{ days_between('qualified_at', 'converted_at') }}
        end as days_to_conversion
    from leads
    where qualification = 1 and is_activated_before is not null

),

counted as (

    select
        model,
        is_activated_before,
        count(*) as qualified,
        count(case when is_mature then 1 end) as mature,
        count(case when is_converted then 1 end) as converted,
        median(days_to_conversion) as median_days_to_conversion
    from first_leads
    group by model, is_activated_before

)

select
    model,
    is_activated_before,
    cast(qualified as bigint) as qualified,
    cast(
        cast(qualified as double) / nullif(sum(qualified) over (partition by model), 0) as double
    ) as share_of_leads,
    cast(mature as bigint) as mature,
    cast(converted as bigint) as converted,
    cast(converted as double) / nullif(cast(mature as double), 0) as conversion_rate,
    cast(median_days_to_conversion as double) as median_days_to_conversion
from counted
