{#
    Names the one user who brought each invited user: the sender of the invitation accepted
    first, else the user whom the sign-up itself names (a shared link leaves no invitation).

    Nobody invites himself, and whom our own people brought counts as not invited.
#}

with

invitations as (

    select * from {{ ref('int_invitations') }}

),

users as (

    select * from {{ ref('int_users') }}

),

claims as (

    select
        accepted_user_id as user_id,
        inviter_user_id,
        'invitation' as brought_by,
        channel,
        accepted_at,
        source_id || ' ' || invitation_id as claim
    from invitations
    where accepted_user_id is not null
    union all
    select
        user_id,
        invited_by_user_id as inviter_user_id,
        'link' as brought_by,
        null as channel,
        null as accepted_at,
        '' as claim
    from users
    where invited_by_user_id is not null

),

claims_in_order as (

    select
        claims.user_id,
        claims.inviter_user_id,
        claims.brought_by,
        claims.channel,
        users.created_at as signed_up_at,
        inviters.created_at as inviter_signed_up_at,
        row_number() over (
            partition by claims.user_id
            order by claims.accepted_at asc nulls last, claims.claim asc
        ) as preference
    from claims
    inner join users on claims.user_id = users.user_id
    left join users as inviters on claims.inviter_user_id = inviters.user_id
    where
        claims.user_id <> claims.inviter_user_id
        and not users.is_internal
        and not coalesce(inviters.is_internal, false)

)

select
    user_id,
    inviter_user_id,
    brought_by,
    channel,
    signed_up_at,
    inviter_signed_up_at
from claims_in_order
where preference = 1
