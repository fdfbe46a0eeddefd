{#
    Finds the events that satisfy each rule: the name fits and all conditions hold.

    This is the one place where definitions meet events; funnels, activation, retention,
    lifecycles and lead signals all start from it.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='person_id') }}

with

events as (

    select *
    from {{ ref('int_events_counted') }}
    where {{ touched('person_id') }}

),

event_names as (

    select * from {{ ref('int_event_names') }}

),

rules as (

    select * from {{ ref('int_rules') }}

),

definition_conditions as (

    select * from {{ ref('int_definition_conditions') }}

),

event_properties as (

    select *
    from {{ ref('int_event_properties') }}
    where {{ touched('person_id') }}

),

condition_values as (

    select * from {{ ref('int_condition_values') }}

),

rules_of_event_names as (

    select distinct
        rules.rule_id,
        rules.conditions,
        event_names.event_name
    from rules
    inner join event_names on rules.event_name in (event_names.event_name, '*')

),

values_of_rules as (

    select distinct
        rules.rule_id,
        definition_conditions.property_scope,
        definition_conditions.property,
        definition_conditions.condition,
        condition_values.value
    from rules
    inner join definition_conditions
        on rules.kind = definition_conditions.kind
        and rules.definition = definition_conditions.definition
        and rules.part = definition_conditions.part
        and rules.alternative = definition_conditions.alternative
    inner join condition_values on definition_conditions.condition = condition_values.condition
    where definition_conditions.property is not null

),

events_by_conditions_met as (

    select
        values_of_rules.rule_id,
        event_properties.event_key,
        count(*) as conditions_met
    from event_properties
    inner join values_of_rules
        on event_properties.property_scope = values_of_rules.property_scope
        and event_properties.property = values_of_rules.property
        and event_properties.value is not distinct from values_of_rules.value
    group by values_of_rules.rule_id, event_properties.event_key

)

select
    rules_of_event_names.rule_id,
    events.event_key,
    events.event_name,
    events.person_id,
    events.user_id,
    events.account_id,
    events.session_id,
    events.occurred_at
from events
inner join rules_of_event_names
    on events.event_name = rules_of_event_names.event_name
left join events_by_conditions_met
    on rules_of_event_names.rule_id = events_by_conditions_met.rule_id
    and events.event_key = events_by_conditions_met.event_key
where
    rules_of_event_names.conditions = 0
    or rules_of_event_names.conditions = events_by_conditions_met.conditions_met
