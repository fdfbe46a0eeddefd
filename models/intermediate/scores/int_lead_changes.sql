{#
    Brings everything that changes an actor's score into one row per instant: signals that begin
    and cease to be satisfied, payments that begin and end, and the instants to be scored.
#}

with

pql_models as (

    select * from {{ ref('pql_models') }}

),

signals as (

    select * from {{ ref('int_signals') }}

),

signal_values as (

    select * from {{ ref('int_signal_values') }}

),

instants as (

    select * from {{ ref('int_lead_instants') }}

),

actor_terms as (

    select * from {{ ref('int_actor_terms') }}

),

stretches as (

    select
        signals.model,
        signal_values.actor_id,
        signal_values.started_at,
        signal_values.ended_at,
        signals.category,
        signals.points,
        0 as payers
    from signal_values
    inner join signals on signal_values.signal_number = signals.signal_number
    union all
    select
        pql_models.model,
        actor_terms.actor_id,
        actor_terms.known_from as started_at,
        actor_terms.known_to as ended_at,
        '' as category,
        0 as points,
        1 as payers
    from actor_terms
    inner join pql_models on actor_terms.grain = pql_models.grain
    where actor_terms.kind = 'paid'

),

changes as (

    select
        model,
        actor_id,
        started_at as changed_at,
        category,
        points,
        payers,
        0 as looks
    from stretches
    union all
    select
        model,
        actor_id,
        ended_at as changed_at,
        category,
        0 - points as points,
        0 - payers as payers,
        0 as looks
    from stretches
    union all
    select
        model,
        actor_id,
        scored_at as changed_at,
        '' as category,
        0 as points,
        0 as payers,
        1 as looks
    from instants

)

select
    model,
    actor_id,
    changed_at,
    max(looks) as looks,
    cast(sum(case when category = 'fit' then points else 0 end) as decimal(18, 6))
        as fit_points,
    cast(sum(case when category = 'usage' then points else 0 end) as decimal(18, 6))
        as usage_points,
    cast(sum(case when category = 'intent' then points else 0 end) as decimal(18, 6))
        as intent_points,
    cast(sum(payers) as bigint) as payers
from changes
group by model, actor_id, changed_at
