{# Finds which events of an actor can serve which steps. #}

{{ config(materialized=kept(), incremental_strategy='touched') }}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

actors {{ read_anew() }} (

    select *
    from {{ ref('int_funnel_walkers') }}
    where funnel_number is null and {{ touched('walker') }}

),

rules as (

    select * from {{ ref('int_rules') }}

),

rule_events {{ read_anew() }} (

    select * from {{ ref('int_rule_events') }}

),

rules_of_steps as (

    select
        rules.rule_id,
        funnels.funnel_number,
        funnels.grain,
        cast(rules.part as bigint) as step_number
    from rules
    inner join funnels on rules.definition = funnels.funnel
    where rules.kind = 'funnel'

)

select
    rules_of_steps.funnel_number,
    actors.walker,
    rules_of_steps.step_number,
    rule_events.occurred_at,
    rule_events.event_key
from rule_events
inner join rules_of_steps
    on rule_events.rule_id = rules_of_steps.rule_id
    and rules_of_steps.grain = 'user'
inner join actors
    on rule_events.person_id = actors.actor_id
    and actors.grain = 'user'
union all
select
    rules_of_steps.funnel_number,
    actors.walker,
    rules_of_steps.step_number,
    rule_events.occurred_at,
    rule_events.event_key
from rule_events
inner join rules_of_steps
    on rule_events.rule_id = rules_of_steps.rule_id
    and rules_of_steps.grain = 'account'
inner join actors
    on rule_events.account_id = actors.actor_id
    and actors.grain = 'account'
union all
select
    rules_of_steps.funnel_number,
    actors.walker,
    rules_of_steps.step_number,
    rule_events.occurred_at,
    rule_events.event_key
from rule_events
inner join rules_of_steps
    on rule_events.rule_id = rules_of_steps.rule_id
    and rules_of_steps.grain = 'session'
inner join actors
    on rule_events.session_id = actors.actor_id
    and actors.grain = 'session'
