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

)

select
    -- the lead
    model,
    actor_id,
    qualified_at,
    cast(qualification as bigint) as qualification,
    cast(points as double) as points,
    cast(fit_points as double) as fit_points,
    cast(usage_points as double) as usage_points,
    cast(intent_points as double) as intent_points,
    cast(reasons as string) as reasons,
    is_activated_before,

    -- its account as it was then
    account_id,
    plan,
    cast(members as bigint) as members,
    cast(active_users_28d as bigint) as active_users_28d,
    cast(features_used_28d as bigint) as features_used_28d,
    cast(uses_28d as bigint) as uses_28d,
    cast(uses_28d_before as bigint) as uses_28d_before,
    mrr,
    deal_size,
    bracket as deal_bracket,

    -- what became of it
    converted_at,
    is_converted,
    is_mature,
    owner,
    cast(null as string) as handoff_state
from leads
