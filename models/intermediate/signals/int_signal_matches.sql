{#
    Pairs every signal with the events that match it by name and properties, whosever they were.

    Where an alternative asks something of the user too, the pair names the alternative: whether
    that held is a matter of what was known, and when. A limit is met by the events that plans
    count as use.
#}

with

signals as (

    select * from {{ ref('int_signals') }}

),

signal_events as (

    select * from {{ ref('int_signal_events') }}

),

claims as (

    select * from {{ ref('int_signal_claims') }}

),

rules as (

    select * from {{ ref('int_rules') }}

),

rule_events as (

    select * from {{ ref('int_rule_events') }}

),

attribute_conditions as (

    select * from {{ ref('int_attribute_conditions') }}

),

plans as (

    select * from {{ ref('plans') }}

),

alternatives as (

    select distinct
        signals.signal_number,
        rules.rule_id,
        conditions.alternative
    from signals
    inner join rules
        on rules.kind = 'pql'
        and signals.model = rules.definition
        and signals.signal = rules.part
    left join attribute_conditions as conditions
        on conditions.kind = 'pql'
        and rules.definition = conditions.definition
        and rules.part = conditions.part
        and rules.alternative = conditions.alternative

),

usage_events as (

    select distinct usage_event as event_name
    from plans
    where usage_event is not null

),

matches as (

    select distinct
        alternatives.signal_number,
        alternatives.alternative,
        rule_events.event_key,
        rule_events.event_name
    from alternatives
    inner join rule_events on alternatives.rule_id = rule_events.rule_id
    union all
    select
        signals.signal_number,
        cast(null as bigint) as alternative,
        signal_events.event_key,
        signal_events.event_name
    from signals
    inner join usage_events on signals.source = 'limit'
    inner join signal_events on usage_events.event_name = signal_events.event_name

)

select
    matches.signal_number,
    matches.alternative,
    matches.event_key,
    matches.event_name,
    claims.actor_id,
    claims.user_id,
    claims.occurred_at,
    claims.known_from,
    claims.known_to
from matches
inner join signals on matches.signal_number = signals.signal_number
inner join claims
    on matches.event_key = claims.event_key
    and signals.grain = claims.grain
