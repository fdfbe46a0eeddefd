{#
    Scores every actor whenever his model looks at him: the points of all signals satisfied at that
    instant, and whether he could be a lead then. Payers are no leads of a free-to-paid model, all
    others none of an expansion model.
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
        case when signals.category = 'fit' then signals.points else 0 end as fit_points,
        case when signals.category = 'usage' then signals.points else 0 end as usage_points,
        case when signals.category = 'intent' then signals.points else 0 end as intent_points,
        0 as payers
    from signal_values
    inner join signals on signal_values.signal_number = signals.signal_number
    union all
    select
        pql_models.model,
        actor_terms.actor_id,
        actor_terms.known_from as started_at,
        actor_terms.known_to as ended_at,
        0 as fit_points,
        0 as usage_points,
        0 as intent_points,
        1 as payers
    from actor_terms
    inner join pql_models on actor_terms.grain = pql_models.grain
    where actor_terms.kind = 'paid'

),

changes as (

    select
        model, actor_id, started_at as changed_at, 0 as looks,
        fit_points, usage_points, intent_points, payers
    from stretches
    union all
    select
        model, actor_id, ended_at as changed_at, 0 as looks,
        -fit_points, -usage_points, -intent_points, -payers
    from stretches
    union all
    select
        model, actor_id, scored_at as changed_at, 1 as looks,
        0, 0, 0, 0
    from instants

),

changes_by_instant as (

    select
        model,
        actor_id,
        changed_at,
        max(looks) as looks,
        sum(fit_points) as fit_points,
        sum(usage_points) as usage_points,
        sum(intent_points) as intent_points,
        sum(payers) as payers
    from changes
    group by model, actor_id, changed_at

),

scores as (

    select
        model,
        actor_id,
        changed_at as scored_at,
        looks,
        sum(fit_points) over history as fit_points,
        sum(usage_points) over history as usage_points,
        sum(intent_points) over history as intent_points,
        sum(payers) over history > 0 as is_paying
    from changes_by_instant
    window history as (partition by model, actor_id order by changed_at asc)

)

select
    scores.model,
    scores.actor_id,
    scores.scored_at,
    scores.fit_points + scores.usage_points + scores.intent_points as points,
    scores.fit_points,
    scores.usage_points,
    scores.intent_points,
    scores.is_paying = (pql_models.target = 'expansion') as is_candidate
from scores
inner join pql_models on scores.model = pql_models.model
where scores.looks = 1
