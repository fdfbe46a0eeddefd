{#
    Cuts the events of sources without sessions into sessions: a new one starts wherever the
    person was idle for longer than `session_idle_minutes`.
#}

{{ config(materialized=kept(), incremental_strategy='touched') }}

with

events as (

    select
        event_key,
        person_id,
        occurred_at
    from {{ ref('int_events_of_people') }}
    where session_id is null and person_id is not null and {{ touched('person_id') }}

),

events_after_their_previous as (

    select
        event_key,
        person_id,
        occurred_at,
        lag(occurred_at) over (partition by person_id order by occurred_at asc, event_key asc)
            as previous_at
    from events

),

session_starts_marked as (

    select
        event_key,
        person_id,
        occurred_at,
        case
            when
                previous_at is null
                or occurred_at
                > previous_at + {{ var('session_idle_minutes') }} * interval '1' minute
                then occurred_at
        end as session_started_at
    from events_after_their_previous

),

started_sessions_carried_on as (

    select
        event_key,
        person_id,
        max(session_started_at) over (
            partition by person_id
            order by occurred_at asc, event_key asc
            rows between unbounded preceding and current row
        ) as session_started_at
    from session_starts_marked

)

select
    event_key,
    person_id || ' ' || cast(session_started_at as string) as session_id
from started_sessions_carried_on
