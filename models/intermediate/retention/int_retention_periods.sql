{#
    Lists the periods in which one may come back, and the number under which each is told: its
    own, or the first of its bracket where a retention has brackets.
#}

with

settings as (

    select * from {{ ref('int_retention_settings') }}

),

brackets as (

    select * from {{ ref('retention_brackets') }}

),

single_periods as (

    select
        retention,
        {{ number_series('0', 'periods') }} as period_number
    from settings

),

stretches as (

    select
        retention,
        from_period,
        to_period
    from brackets
    union all
    select
        single_periods.retention,
        single_periods.period_number as from_period,
        single_periods.period_number as to_period
    from single_periods
    left join brackets on single_periods.retention = brackets.retention
    where brackets.retention is null

),

periods as (

    select
        retention,
        from_period as period_number,
        to_period as last_period_number,
        {{ number_series('from_period', 'to_period') }} as periods_since
    from stretches

)

select
    settings.retention,
    settings.period,
    settings.kind,
    cast(periods.period_number as bigint) as period_number,
    cast(periods.last_period_number as bigint) as last_period_number,
    cast(periods.periods_since as bigint) as periods_since
from settings
inner join periods on settings.retention = periods.retention
