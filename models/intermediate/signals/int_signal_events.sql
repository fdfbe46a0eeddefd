{# Takes the events that lead signals look at, each once, with the ids they were sent with. #}

with

rules as (

    select * from {{ ref('int_rules') }}

),

rule_events as (

    select * from {{ ref('int_rule_events') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

events_as_sent as (

    select * from {{ ref('int_events_distinct') }}

),

signals as (

    select * from {{ ref('int_signals') }}

),

plans as (

    select * from {{ ref('plans') }}

),

placeholder_ids as (

    select * from {{ ref('placeholder_ids') }}

),

signal_rules as (

    select distinct rule_id
    from rules
    where kind = 'pql'

),

usage_events as (

    select distinct plans.usage_event as event_name
    from plans
    inner join signals on signals.source = 'limit'
    where plans.usage_event is not null

),

events_looked_at as (

    select rule_events.event_key
    from rule_events
    inner join signal_rules on rule_events.rule_id = signal_rules.rule_id
    union
    select events.event_key
    from events
    inner join usage_events on events.event_name = usage_events.event_name

)

select
    events_as_sent.event_key,
    events_as_sent.event_name,
    case when placeholder_ids.placeholder_id is null then events_as_sent.user_id end as user_id,
    events_as_sent.anonymous_id,
    events_as_sent.account_id,
    events_as_sent.occurred_at,
    greatest(events_as_sent.occurred_at, events_as_sent.received_at) as known_at
from events_as_sent
inner join events_looked_at on events_as_sent.event_key = events_looked_at.event_key
left join placeholder_ids on lower(events_as_sent.user_id) = placeholder_ids.placeholder_id
