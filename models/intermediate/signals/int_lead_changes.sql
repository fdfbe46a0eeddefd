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
        0 as payers,
        0 as looks
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
        1 as payers,
        0 as looks
    from actor_terms
    inner join pql_models on actor_terms.grain = pql_models.grain
    where actor_terms.kind = 'paid'
    union all
    select
        model,
        actor_id,
        scored_at as started_at,
        scored_at as ended_at,
        '' as category,
        0 as points,
        0 as payers,
        1 as looks
    from instants

),

changes as (

    select
        stretches.*,
        started_at as changed_at,
        1 as direction
    from stretches
    union all
    select
        stretches.*,
        ended_at as changed_at,
        -1 as direction
    from stretches

)

select
    model,
    actor_id,
    changed_at,
    max(looks) as looks,
    sum(case when category = 'fit' then direction * points else 0 end) as fit_points,
    sum(case when category = 'usage' then direction * points else 0 end) as usage_points,
    sum(case when category = 'intent' then direction * points else 0 end) as intent_points,
    sum(direction * payers) as payers
from changes
group by model, actor_id, changed_at
