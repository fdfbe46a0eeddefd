{#
    Scores every actor whenever his model looks at him: the points of all signals satisfied at that
    instant, and whether he could be a lead then. Payers are no leads of a free-to-paid model, all
    others none of an expansion model.
#}

with

pql_models as (

    select * from {{ ref('pql_models') }}

),

changes as (

    select * from {{ ref('int_lead_changes') }}

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
    from changes
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
