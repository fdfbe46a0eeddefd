{# Brings together by which events a walker can do which steps, whoever it is that walks. #}

with

actor_steps as (

    select * from {{ ref('int_funnel_actor_steps') }}

),

value_steps as (

    select * from {{ ref('int_funnel_value_steps') }}

)

select
    funnel_number,
    walker,
    step_number,
    occurred_at,
    event_key
from actor_steps
union all
select
    funnel_number,
    walker,
    step_number,
    occurred_at,
    event_key
from value_steps
