{# Lists the names of the events that happened, each once. #}

with

events as (

    select * from {{ ref('int_events_counted') }}

)

select
    event_name,
    count(*) as events
from events
group by event_name
