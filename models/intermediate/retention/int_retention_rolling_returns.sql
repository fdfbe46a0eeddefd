{#
    Says in which rolling periods the members of a cohort came back often enough: in stretches of
    an hour, 24 hours, 7 or 30 days since the first start.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='actor_id') }}

with

settings as (

    select * from {{ ref('int_retention_settings') }}

),

cohorts as (

    select *
    from {{ ref('int_retention_cohorts') }}
    where {{ touched('actor_id') }}

),

periods as (

    select * from {{ ref('int_retention_periods') }}

),

events as (

    select *
    from {{ ref('int_retention_events') }}
    where {{ touched('actor_id') }}

),

returns_since_the_start as (

    select
        cohorts.retention,
        cohorts.actor_id,
        cohorts.cohort_start,
        settings.min_returns,
        cast(floor(
            {{ seconds_between('cohorts.started_at', 'events.occurred_at') }}
            / nullif({{ period_length('settings.period', 'second') }}, 0)
        ) as bigint) as periods_since
    from cohorts
    inner join settings on cohorts.retention = settings.retention
    inner join events
        on cohorts.retention = events.retention
        and cohorts.actor_id = events.actor_id
        and cohorts.started_at <= events.occurred_at
    where settings.kind = 'rolling' and events.role = 'return'

)

select
    returns_since_the_start.retention,
    returns_since_the_start.actor_id,
    returns_since_the_start.cohort_start,
    periods.period_number
from returns_since_the_start
inner join periods
    on returns_since_the_start.retention = periods.retention
    and returns_since_the_start.periods_since = periods.periods_since
group by
    returns_since_the_start.retention,
    returns_since_the_start.actor_id,
    returns_since_the_start.cohort_start,
    returns_since_the_start.min_returns,
    periods.period_number
having count(*) >= returns_since_the_start.min_returns
