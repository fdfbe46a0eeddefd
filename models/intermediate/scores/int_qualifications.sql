{#
    Finds the instants at which an actor qualified: the first at which the points reach the line,
    and after the cooldown the next one, again and again.

    No new crossing is needed for a second qualification: whoever still stands above the line at
    the first look after the cooldown qualifies. Without a cooldown there is only one.
#}

with recursive

pql_models as (

    select * from {{ ref('pql_models') }}

),

scores as (

    select * from {{ ref('int_lead_scores') }}

),

candidates as (

    select
        scores.model,
        scores.actor_id,
        scores.scored_at,
        scores.scored_at + pql_models.cooldown_days * interval '1' day as cooled_at
    from scores
    inner join pql_models on scores.model = pql_models.model
    where
        scores.is_candidate
        and scores.points >= cast(pql_models.qualifying_points as decimal(18, 6))

),

candidates_and_ends_of_cooldown as (

    select
        model,
        actor_id,
        scored_at as happened_at,
        scored_at as candidate_at,
        cast(null as timestamp) as cooling_since
    from candidates
    union all
    select
        model,
        actor_id,
        cooled_at as happened_at,
        cast(null as timestamp) as candidate_at,
        scored_at as cooling_since
    from candidates
    where cooled_at is not null

),

next_candidates as (

    select
        model,
        actor_id,
        cooling_since,
        min(candidate_at) over (
            partition by model, actor_id
            order by happened_at asc, candidate_at asc nulls last, cooling_since asc
            rows between current row and unbounded following
        ) as next_qualified_at
    from candidates_and_ends_of_cooldown

),

qualifications as (

    select
        model,
        actor_id,
        min(scored_at) as qualified_at,
        cast(1 as bigint) as qualification
    from candidates
    group by model, actor_id
    union all
    select
        qualifications.model,
        qualifications.actor_id,
        next_candidates.next_qualified_at as qualified_at,
        qualifications.qualification + 1 as qualification
    from qualifications
    inner join next_candidates
        on qualifications.model = next_candidates.model
        and qualifications.actor_id = next_candidates.actor_id
        and qualifications.qualified_at = next_candidates.cooling_since
    where next_candidates.next_qualified_at is not null

)

select
    qualifications.model,
    pql_models.grain,
    qualifications.actor_id,
    qualifications.qualification,
    qualifications.qualified_at,
    scores.points,
    scores.fit_points,
    scores.usage_points,
    scores.intent_points
from qualifications
inner join pql_models on qualifications.model = pql_models.model
inner join scores
    on qualifications.model = scores.model
    and qualifications.actor_id = scores.actor_id
    and qualifications.qualified_at = scores.scored_at
