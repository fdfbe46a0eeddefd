{#
    What happened in a week? The measures that count what went on.

    Where no lifecycle is named, active users are those of the week's seven days by the event
    catalog's active use.
#}

with

weeks as (

    select * from {{ ref('int_weeks') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

),

virality_by_week as (

    select * from {{ ref('virality_by_week') }}

),

activity_by_day as (

    select * from {{ ref('activity_by_day') }}

),

lifecycle_by_period as (

    select * from {{ ref('lifecycle_by_period') }}

),

lifecycle_settings as (

    select * from {{ ref('int_lifecycle_settings') }}

),

pql_by_account as (

    select * from {{ ref('pql_by_account') }}

)

select
    'sign_ups' as measure,
    cast(null as string) as definition,
    cohort_week as week,
    cast(null as double) as base,
    cast(users as double) as value
from virality_by_week
union all
select
    'active_users' as measure,
    null as definition,
    weeks.week,
    null as base,
    activity_by_day.wau as value
from weeks
inner join activity_by_day
    on activity_by_day.day = cast(weeks.next_week - interval '1' day as date)
union all
select
    'active_users' as measure,
    lifecycle_by_period.lifecycle as definition,
    cast(lifecycle_by_period.period_start as date) as week,
    null as base,
    lifecycle_by_period.active_actors as value
from lifecycle_by_period
inner join lifecycle_settings on lifecycle_by_period.lifecycle = lifecycle_settings.lifecycle
where lifecycle_settings.period = 'week'
union all
select
    'pql_volume' as measure,
    model as definition,
    cast({{ period_start(utc_to_local('qualified_at'), 'week') }} as date) as week,
    null as base,
    count(*) as value
from pql_by_account
group by model, {{ period_start(utc_to_local('qualified_at'), 'week') }}
union all
select
    'north_star' as measure,
    null as definition,
    cast({{ period_start(utc_to_local('events.occurred_at'), 'week') }} as date) as week,
    null as base,
    count(*) as value
from events
inner join event_catalog on events.event_name = event_catalog.event_name
where event_catalog.is_core_action
group by {{ period_start(utc_to_local('events.occurred_at'), 'week') }}
