{#
    Writes every lead in full: why, whose, of what account as it was then, and what became of it.
    Where a model's routing rules name no deal size, its leads have no bracket.
#}

with

qualifications as (

    select * from {{ ref('int_qualifications') }}

),

outcomes as (

    select * from {{ ref('int_lead_outcomes') }}
    where kind = 'qualification'

),

reasons as (

    select * from {{ ref('int_lead_reasons') }}

),

routes as (

    select * from {{ ref('int_lead_routes') }}

),

contexts as (

    select * from {{ ref('int_account_contexts') }}

),

deal_brackets as (

    select * from {{ ref('int_deal_brackets') }}

),

grains_with_an_activation as (

    select distinct grain from {{ ref('activations') }}

),

primary_activations as (

    select * from {{ ref('int_primary_activations') }}

)

select
    qualifications.model,
    qualifications.grain,
    qualifications.actor_id,
    qualifications.qualification,
    qualifications.qualified_at,
    cast({{ period_start(utc_to_local('qualifications.qualified_at'), 'month') }} as date) as month,
    qualifications.points,
    qualifications.fit_points,
    qualifications.usage_points,
    qualifications.intent_points,
    reasons.reasons,
    case
        when grains_with_an_activation.grain is not null
            then coalesce(primary_activations.activated_at <= qualifications.qualified_at, false)
    end as is_activated_before,
    outcomes.account_id,
    contexts.plan,
    contexts.members,
    contexts.active_users_28d,
    contexts.features_used_28d,
    contexts.uses_28d,
    contexts.uses_28d_before,
    contexts.mrr,
    contexts.deal_size,
    deal_brackets.bracket,
    routes.owner,
    routes.destinations,
    outcomes.converted_at,
    outcomes.is_converted,
    outcomes.is_mature
from qualifications
inner join outcomes
    on qualifications.model = outcomes.model
    and qualifications.actor_id = outcomes.actor_id
    and qualifications.qualified_at = outcomes.happened_at
left join reasons
    on qualifications.model = reasons.model
    and qualifications.actor_id = reasons.actor_id
    and qualifications.qualified_at = reasons.qualified_at
left join routes
    on qualifications.model = routes.model
    and qualifications.actor_id = routes.actor_id
    and qualifications.qualified_at = routes.qualified_at
left join contexts
    on outcomes.account_id = contexts.account_id
    and outcomes.happened_at = contexts.seen_at
left join deal_brackets
    on qualifications.model = deal_brackets.model
    and (
        (contexts.deal_size is null and deal_brackets.starts_at is null)
        or (
            contexts.deal_size >= deal_brackets.starts_at
            and (deal_brackets.ends_at is null or contexts.deal_size < deal_brackets.ends_at)
        )
    )
left join grains_with_an_activation on qualifications.grain = grains_with_an_activation.grain
left join primary_activations
    on qualifications.grain = primary_activations.grain
    and qualifications.actor_id = primary_activations.actor_id
