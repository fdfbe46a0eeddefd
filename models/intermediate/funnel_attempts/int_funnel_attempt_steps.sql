{# Brings together all attempts of the funnels that are judged or not simply walked. #}

with

steps_walked as (

    {{ funnel_walk(
        ref('int_funnel_attempts'), ref('int_funnel_moves_to_walk'),
        ref('int_funnels'), ref('int_funnel_steps'), 'is_judged'
    ) }}

),

steps_searched as (

    select * from {{ ref('int_funnel_steps_searched') }}

),

steps_gathered as (

    select * from {{ ref('int_funnel_steps_gathered') }}

)

select
    funnel_number,
    walker,
    attempt,
    step_number,
    reached_at
from steps_walked
union all
select
    funnel_number,
    walker,
    attempt,
    step_number,
    reached_at
from steps_searched
union all
select
    funnel_number,
    walker,
    attempt,
    step_number,
    reached_at
from steps_gathered
