{#
    Numbers the hours, days, weeks and months of the reporting time zone, from the first event to
    `as_of`. The next number is the next period, whatever the clocks did: the hour that summer
    time skips does not exist, the one that winter time repeats lasts two.
#}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

span as (

    select
        cast(date_trunc('hour', min(events.occurred_at)) as timestamp) as first_at,
        max(as_of.as_of) as as_of,
        max(as_of.as_of - interval '0.000001' second) as last_at
    from events
    cross join as_of

),

hours as (

    select
        {{ series('first_at', "last_at + interval '1' hour", '1 hour') }} as instant,
        as_of,
        last_at
    from span

),

period_names as (

    select {{ split_rows("'hour|day|week|month'", '|') }} as period

),

periods as (

    select distinct
        period_names.period,
        {{ period_start(utc_to_local('hours.instant'), 'period_names.period') }} as period_start,
        {{ period_start(utc_to_local('hours.last_at'), 'period_names.period') }} as last_start,
        {{ period_start(utc_to_local('hours.as_of'), 'period_names.period') }} as start_at_as_of
    from hours
    cross join period_names

)

select
    period,
    period_start,
    row_number() over (partition by period order by period_start asc) as period_number,
    period_start < start_at_as_of as is_complete
from periods
where period_start <= last_start
