{# Reads the breakdown value of the events of best attempts, where the first or last one counts. #}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_breakdowns as (

    select * from {{ ref('int_funnel_breakdowns') }}

),

funnel_step_events as (

    select * from {{ ref('int_funnel_step_events') }}

),

best_attempts as (

    select * from {{ ref('int_funnel_best_attempts') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

user_properties as (

    select * from {{ ref('int_user_properties') }}

),

events_of_attempts as (

    select distinct
        best_attempts.funnel_number,
        best_attempts.walker,
        best_attempts.step_number,
        funnel_step_events.event_key
    from best_attempts
    inner join funnels
        on best_attempts.funnel_number = funnels.funnel_number
        and funnels.breakdown_attribution in ('first', 'last')
    inner join funnel_step_events
        on best_attempts.funnel_number = funnel_step_events.funnel_number
        and best_attempts.walker = funnel_step_events.walker
        and best_attempts.reached_at = funnel_step_events.occurred_at
        and (
            funnels.walk = 'gathered'
            or best_attempts.step_number = funnel_step_events.step_number
        )

),

properties_of_events as (

    select
        events_of_attempts.*,
        events.event_id,
        funnel_breakdowns.position,
        {{ json_property('events.properties', 'funnel_breakdowns.property') }} as value
    from events_of_attempts
    inner join funnel_breakdowns
        on events_of_attempts.funnel_number = funnel_breakdowns.funnel_number
        and funnel_breakdowns.breakdown_scope = 'event'
    inner join events on events_of_attempts.event_key = events.event_key
    union all
    select
        events_of_attempts.*,
        events.event_id,
        funnel_breakdowns.position,
        user_properties.value
    from events_of_attempts
    inner join funnel_breakdowns
        on events_of_attempts.funnel_number = funnel_breakdowns.funnel_number
        and funnel_breakdowns.breakdown_scope = 'user'
    inner join events on events_of_attempts.event_key = events.event_key
    left join user_properties
        on events.user_id = user_properties.user_id
        and funnel_breakdowns.property = user_properties.property

)

select
    funnel_number,
    walker,
    step_number,
    event_key,
    event_id,
    {{ ordered_list("coalesce(value, '')", ['position'], '|') }} as breakdown_value,
    max(length(coalesce(value, ''))) > 0 as is_carried
from properties_of_events
group by funnel_number, walker, step_number, event_key, event_id
