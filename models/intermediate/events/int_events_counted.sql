{# Leaves the events that count: those of customers, without our own people and robots. #}

with

events as (

    select * from {{ ref('int_events') }}

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
where not is_internal
