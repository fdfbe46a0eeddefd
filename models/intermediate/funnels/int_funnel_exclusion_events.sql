{# Finds the events that discard an attempt when they lie between two of its steps. #}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_walkers as (

    select * from {{ ref('int_funnel_walkers') }}

),

funnel_event_values as (

    select * from {{ ref('int_funnel_event_values') }}

),

rules as (

    select * from {{ ref('int_rules') }}

),

rule_events as (

    select * from {{ ref('int_rule_events') }}

),

exclusion_events as (

    select
        funnels.funnel_number,
        funnels.breakdown_attribution,
        funnels.grain,
        case funnels.grain
            when 'user' then rule_events.person_id
            when 'account' then rule_events.account_id
            else rule_events.session_id
        end as actor_id,
        cast(split_part(rules.part, ':', 1) as bigint) as after_step,
        cast(split_part(rules.part, ':', 2) as bigint) as before_step,
        rule_events.occurred_at,
        rule_events.event_key
    from rules
    inner join funnels on rules.definition = funnels.funnel
    inner join rule_events on rules.rule_id = rule_events.rule_id
    where rules.kind = 'funnel_exclusion'

)

select
    exclusion_events.funnel_number,
    funnel_walkers.walker,
    exclusion_events.after_step,
    exclusion_events.before_step,
    exclusion_events.occurred_at
from exclusion_events
inner join funnel_walkers
    on exclusion_events.grain || exclusion_events.actor_id
    = funnel_walkers.grain || funnel_walkers.actor_id
left join funnel_event_values
    on exclusion_events.funnel_number = funnel_event_values.funnel_number
    and exclusion_events.event_key = funnel_event_values.event_key
where
    funnel_walkers.funnel_number is null
    or (
        funnel_walkers.funnel_number = exclusion_events.funnel_number
        and (
            exclusion_events.breakdown_attribution = 'step'
            or funnel_walkers.breakdown_value = funnel_event_values.breakdown_value
        )
    )
