{#
    Writes every event once, resolved, with a session: the source's own where it has one, else
    cut wherever the person was idle for longer than `session_idle_minutes`.
#}

with

events as (

    select * from {{ ref('int_events_resolved') }}

),

events_without_session as (

    select
        events.*,
        lag(occurred_at) over (partition by person_id order by occurred_at asc, event_key asc)
            as previous_at
    from events
    where session_id is null

),

session_starts_marked as (

    select
        *,
        case
            when
                previous_at is null
                or occurred_at
                > previous_at + interval '{{ var("session_idle_minutes") }}' minute
                then occurred_at
        end as session_started_at
    from events_without_session

),

sessions_cut_by_idle_time as (

    select
        *,
        person_id || ' ' || cast(
            max(session_started_at) over (
                partition by person_id
                order by occurred_at asc, event_key asc
                rows between unbounded preceding and current row
            ) as string
        ) as session_cut
    from session_starts_marked

)

select
    source_id,
    event_id,
    event_key,
    event_name,
    occurred_at,
    received_at,
    known_at,
    person_id,
    user_id,
    anonymous_id,
    account_id,
    session_id,
    properties,
    is_internal
from events
where session_id is not null
union all
select
    source_id,
    event_id,
    event_key,
    event_name,
    occurred_at,
    received_at,
    known_at,
    person_id,
    user_id,
    anonymous_id,
    account_id,
    session_cut as session_id,
    properties,
    is_internal
from sessions_cut_by_idle_time
