{#
    Is the base of active actors growing, and from what: new ones, faithful ones, or the revived?

    Every period since the first activity has a row, also one in which nothing happened.
#}

with

settings as (

    select * from {{ ref('int_lifecycle_settings') }}

),

states as (

    select * from {{ ref('int_lifecycle_states') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

summed_to_active_periods as (

    select
        lifecycle,
        period_number,
        count(*) as active_actors,
        count(case when state = 'new' then 1 end) as new_actors,
        count(case when state = 'returning' then 1 end) as returning_actors,
        count(case when state = 'resurrecting' then 1 end) as resurrecting_actors
    from states
    group by lifecycle, period_number

),

first_periods as (

    select
        lifecycle,
        min(period_number) as period_number
    from summed_to_active_periods
    group by lifecycle

),

every_period as (

    select
        settings.lifecycle,
        periods.period_start,
        periods.is_complete,
        coalesce(summed.active_actors, 0) as active_actors,
        coalesce(summed.new_actors, 0) as new_actors,
        coalesce(summed.returning_actors, 0) as returning_actors,
        coalesce(summed.resurrecting_actors, 0) as resurrecting_actors
    from settings
    inner join first_periods on settings.lifecycle = first_periods.lifecycle
    inner join periods
        on settings.period = periods.period
        and first_periods.period_number <= periods.period_number
    left join summed_to_active_periods as summed
        on settings.lifecycle = summed.lifecycle
        and periods.period_number = summed.period_number

),

every_period_with_the_dormant as (

    select
        every_period.*,
        coalesce(
            lag(active_actors) over (partition by lifecycle order by period_start asc), 0
        ) - returning_actors as dormant_actors
    from every_period

)

select
    lifecycle,
    cast(period_start as timestamp) as period_start,
    cast(active_actors as bigint) as active_actors,
    cast(new_actors as bigint) as new_actors,
    cast(returning_actors as bigint) as returning_actors,
    cast(resurrecting_actors as bigint) as resurrecting_actors,
    cast(dormant_actors as bigint) as dormant_actors,
    case
        when is_complete
            then cast(new_actors + resurrecting_actors as double) / nullif(dormant_actors, 0)
    end as quick_ratio,
    is_complete
from every_period_with_the_dormant
