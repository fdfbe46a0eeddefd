{#
    Who is ready for a talk with sales, since when and why, and what became of it?

    One row for every time an actor qualified, at the very instant at which the points reached the
    line. Who qualified, when, with which points and for which reasons was all known then: replaying
    an earlier day gives the same. Who is who, and so whose account is described, is as known today;
    but a user who was merged into another later keeps the id he had.
#}

with

leads as (

    select * from {{ ref('int_leads') }}

),

handoffs as (

    select * from {{ ref('int_lead_handoffs') }}

)

select
    -- the lead
    leads.model,
    leads.actor_id,
    leads.qualified_at,
    cast(leads.qualification as bigint) as qualification,
    cast(leads.points as double) as points,
    cast(leads.fit_points as double) as fit_points,
    cast(leads.usage_points as double) as usage_points,
    cast(leads.intent_points as double) as intent_points,
    cast(leads.reasons as string) as reasons,
    leads.is_activated_before,

    -- its account as it was then
    leads.account_id,
    leads.plan,
    cast(leads.members as bigint) as members,
    cast(leads.active_users_28d as bigint) as active_users_28d,
    cast(leads.features_used_28d as bigint) as features_used_28d,
    cast(leads.uses_28d as bigint) as uses_28d,
    cast(leads.uses_28d_before as bigint) as uses_28d_before,
    leads.mrr,
    leads.deal_size,
    leads.bracket as deal_bracket,

    -- what became of it
    leads.converted_at,
    leads.is_converted,
    leads.is_mature,
    leads.owner,
    cast(leads.destinations as string) as destinations,
    cast(handoffs.handoff_state as string) as handoff_state
from leads
left join handoffs
    on leads.model = handoffs.model
    and leads.actor_id = handoffs.actor_id
    and leads.qualification = handoffs.qualification
