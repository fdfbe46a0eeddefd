{#
    Do leads convert, and more often than those who never became one?

    Actors by the month in which they qualified first, and by what a deal may be worth. Measured
    against actors of the same sign-up months that never qualified, within as many days of their
    sign-up (first payment, for an expansion model).
#}

with

leads as (

    select * from {{ ref('int_lead_segments') }}

),

population as (

    select * from {{ ref('int_lead_population') }}

),

counted as (

    select
        model,
        month,
        segment,
        count(case when qualification = 1 then 1 end) as qualified,
        count(case when qualification > 1 then 1 end) as qualified_again,
        count(case when qualification = 1 and is_mature then 1 end) as mature,
        count(case when qualification = 1 and is_mature and is_converted then 1 end) as converted,
        median(case
            when qualification = 1 and is_mature and is_converted
                then {{ days_between('qualified_at', 'converted_at') }}
        end) as median_days_to_conversion
    from leads
    group by model, month, segment

),

sign_up_months as (

    select distinct
        leads.model,
        leads.month,
        leads.segment,
        population.month as sign_up_month
    from leads
    inner join population
        on leads.model = population.model
        and leads.actor_id = population.actor_id
    where leads.qualification = 1

),

never_qualified as (

    select
        population.model,
        population.month as sign_up_month,
        count(*) as actors,
        count(case when population.is_converted then 1 end) as converted
    from population
    left join leads
        on population.model = leads.model
        and population.actor_id = leads.actor_id
        and leads.qualification = 1
        and leads.segment is null
    where population.is_compared and leads.actor_id is null
    group by population.model, population.month

),

baselines as (

    select
        sign_up_months.model,
        sign_up_months.month,
        sign_up_months.segment,
        sum(cast(never_qualified.converted as double))
        / nullif(sum(cast(never_qualified.actors as double)), 0) as baseline_rate
    from sign_up_months
    inner join never_qualified
        on sign_up_months.model = never_qualified.model
        and sign_up_months.sign_up_month = never_qualified.sign_up_month
    group by sign_up_months.model, sign_up_months.month, sign_up_months.segment

)

select
    counted.model,
    counted.month,
    counted.segment,
    cast(counted.qualified as bigint) as qualified,
    cast(counted.qualified_again as bigint) as qualified_again,
    cast(counted.mature as bigint) as mature,
    cast(counted.converted as bigint) as converted,
    cast(counted.converted as double) / nullif(cast(counted.mature as double), 0)
        as conversion_rate,
    baselines.baseline_rate,
    cast(counted.converted as double) / nullif(cast(counted.mature as double), 0)
    / nullif(baselines.baseline_rate, 0) as lift,
    cast(counted.median_days_to_conversion as double) as median_days_to_conversion
from counted
left join baselines
    on counted.model = baselines.model
    and counted.month = baselines.month
    and counted.segment is not distinct from baselines.segment
