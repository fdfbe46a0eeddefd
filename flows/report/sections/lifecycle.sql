-- Who is new, stayed, came back and fell silent, in the complete periods of the last half year.
with

periods as (

    select distinct
        lifecycle,
        grain,
        period
    from definitions.lifecycles

),

numbered as (

    select
        *,
        row_number() over (partition by lifecycle order by period_start desc) as age
    from retention.lifecycle_by_period
    where is_complete

)

select
    numbered.lifecycle,
    periods.grain,
    periods.period,
    cast(numbered.period_start as date) as period_start,
    numbered.active_actors,
    numbered.new_actors,
    numbered.returning_actors,
    numbered.resurrecting_actors,
    numbered.dormant_actors,
    numbered.quick_ratio
from numbered
inner join periods
    on numbered.lifecycle = periods.lifecycle
where numbered.age <= 26
order by numbered.lifecycle, numbered.period_start
