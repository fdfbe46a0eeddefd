{# When did people use the product, for how long at a stretch? #}

with

sessions as (

    select * from {{ ref('int_sessions') }}

)

select
    session_id,
    person_id,
    user_id,
    started_at,
    ended_at,
    cast(events as bigint) as events
from sessions
