{# Who entered a funnel, how far did they come, and when? #}

with

outcomes as (

    select * from {{ ref('int_funnel_outcomes') }}

)

select
    funnel,
    actor_id,
    breakdown_value,
    entered_at,
    cast(steps_reached as int) as steps_reached,
    last_step_at,
    is_mature
from outcomes
