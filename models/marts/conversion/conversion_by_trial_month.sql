{# Of the trials that ended in a month, which share turned into payment? #}

with

trials as (

    select * from {{ ref('int_trials') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

trials_that_ended as (

    select
        {{ period_start(utc_to_local('ended_at'), 'month') }} as month,
        case when is_converted then 1 else 0 end as conversions
    from trials
    where ended_at is not null

),

summed_to_month as (

    select
        month,
        count(*) as ended,
        sum(conversions) as converted
    from trials_that_ended
    group by month

)

select
    cast(trials.month as date) as month,
    cast(trials.ended as bigint) as ended,
    cast(trials.converted as bigint) as converted,
    case
        when {{ local_to_utc("trials.month + interval '1' month") }} <= as_of.as_of
            then cast(trials.converted as double) / nullif(trials.ended, 0)
    end as conversion_rate
from summed_to_month as trials
cross join as_of
