{#
    Who brings others, and where in the chain does each stand?

    The whole history counts, without a window. Inviters known by their invitations alone are
    listed too.
#}

with

invitations as (

    select * from {{ ref('int_invitations') }}

),

invited_sign_ups as (

    select * from {{ ref('int_invited_sign_ups') }}

),

primary_activations as (

    select * from {{ ref('int_primary_activations') }}

),

user_generations as (

    select * from {{ ref('int_user_generations') }}

),

invitations_by_inviter as (

    select
        inviter_user_id,
        count(*) as invitations_sent,
        count(accepted_at) as invitations_accepted
    from invitations
    group by inviter_user_id

),

sign_ups_brought_by_inviter as (

    select
        invited_sign_ups.inviter_user_id,
        count(*) as invited_sign_ups,
        count(primary_activations.activated_at) as invited_activated
    from invited_sign_ups
    left join primary_activations
        on invited_sign_ups.user_id = primary_activations.actor_id
        and primary_activations.grain = 'user'
    group by invited_sign_ups.inviter_user_id

),

inviters as (

    select inviter_user_id
    from invitations_by_inviter
    union
    select inviter_user_id
    from sign_ups_brought_by_inviter

)

select
    inviters.inviter_user_id as user_id,
    user_generations.generation,
    cast(coalesce(invitations.invitations_sent, 0) as bigint) as invitations_sent,
    cast(coalesce(invitations.invitations_accepted, 0) as bigint) as invitations_accepted,
    cast(coalesce(brought.invited_sign_ups, 0) as bigint) as invited_sign_ups,
    cast(coalesce(brought.invited_activated, 0) as bigint) as invited_activated
from inviters
left join user_generations on inviters.inviter_user_id = user_generations.user_id
left join invitations_by_inviter as invitations
    on inviters.inviter_user_id = invitations.inviter_user_id
left join sign_ups_brought_by_inviter as brought
    on inviters.inviter_user_id = brought.inviter_user_id
