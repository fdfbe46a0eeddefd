{# Sums events to sessions. #}

with

events as (

    select * from {{ ref('int_events_counted') }}

)

select
    session_id,
    min(person_id) as person_id,
    min(user_id) as user_id,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    count(*) as events
from events
where session_id is not null
group by session_id
