{#
    Reads the properties that rules ask for, each property of an event once.

    A missing property gives a row too, with NULL: some conditions hold where nothing is said.
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

user_properties as (

    select * from {{ ref('int_user_properties') }}

),

definition_conditions as (

    select * from {{ ref('int_definition_conditions') }}

),

properties_of_event_names as (

    select distinct
        event_names.event_name,
        definition_conditions.property_scope,
        definition_conditions.property
    from event_names
    inner join definition_conditions
        on definition_conditions.event_name in (event_names.event_name, '*')
    where definition_conditions.property is not null

)

select
    events.event_key,
    events.person_id,
    needed.property_scope,
    needed.property,
    {{ json_property('events.properties', 'needed.property') }} as value
from events
inner join properties_of_event_names as needed
    on events.event_name = needed.event_name
    and needed.property_scope = 'event'
union all
select
    events.event_key,
    events.person_id,
    needed.property_scope,
    needed.property,
    user_properties.value
from events
inner join properties_of_event_names as needed
    on events.event_name = needed.event_name
    and needed.property_scope = 'user'
left join user_properties
    on events.user_id = user_properties.user_id
    and needed.property = user_properties.property
