{#
    Says which signals were satisfied when a lead qualified, with what value, since when, and on
    which events it rested: those in the look-back at that instant.
#}

with

qualifications as (

    select * from {{ ref('int_qualifications') }}

),

signals as (

    select * from {{ ref('int_signals') }}

),

signal_values as (

    select * from {{ ref('int_signal_values') }}

),

facts as (

    select * from {{ ref('int_signal_facts') }}

),

actor_terms as (

    select * from {{ ref('int_actor_terms') }}

),

plans as (

    select * from {{ ref('plans') }}

),

signals_satisfied as (

    select
        qualifications.model,
        qualifications.actor_id,
        qualifications.qualified_at,
        signals.signal_number,
        signals.signal,
        signals.source,
        signal_values.value,
        signal_values.needed,
        signal_values.value_text,
        signal_values.satisfied_at,
        plans.usage_event
    from qualifications
    inner join signals on qualifications.model = signals.model
    inner join signal_values
        on signals.signal_number = signal_values.signal_number
        and qualifications.actor_id = signal_values.actor_id
        and qualifications.qualified_at >= signal_values.started_at
        and qualifications.qualified_at < signal_values.ended_at
    left join actor_terms
        on signals.grain = actor_terms.grain
        and actor_terms.kind = 'plan'
        and qualifications.actor_id = actor_terms.actor_id
        and qualifications.qualified_at >= actor_terms.known_from
        and qualifications.qualified_at < actor_terms.known_to
    left join plans on actor_terms.plan = plans.plan

)

select
    satisfied.model,
    satisfied.actor_id,
    satisfied.qualified_at,
    satisfied.signal_number,
    satisfied.signal,
    satisfied.value,
    satisfied.needed,
    satisfied.value_text,
    satisfied.satisfied_at,
    min(facts.occurred_at) as first_event_at,
    max(facts.occurred_at) as last_event_at
from signals_satisfied as satisfied
left join facts
    on satisfied.signal_number = facts.signal_number
    and satisfied.actor_id = facts.actor_id
    and satisfied.qualified_at >= facts.known_from
    and satisfied.qualified_at < facts.known_to
    and satisfied.qualified_at < facts.left_at
    and case
        when satisfied.source = 'limit' then satisfied.usage_event = facts.event_name
        else satisfied.source in ('event_count', 'surge') or facts.item is not null
    end
group by
    satisfied.model, satisfied.actor_id, satisfied.qualified_at, satisfied.signal_number,
    satisfied.signal, satisfied.value, satisfied.needed, satisfied.value_text,
    satisfied.satisfied_at
