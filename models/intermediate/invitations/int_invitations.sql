{#
    Gives every invitation once, with the users of today: who invited whom, and when.

    Of several landed versions the accepted one counts, then the one landed last. An acceptance
    that lies ahead of `as_of` has not happened yet; one without a time happened at the sign-up.
    Invitations by our own people, or to our own accounts, are left out.
#}

with

invitations as (

    select * from {{ ref('stg_native__invitations') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

users as (

    select * from {{ ref('int_users') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

invitations_of_users_of_today as (

    select
        invitations.source_id,
        invitations.file_id,
        invitations.line_number,
        invitations.invitation_id,
        coalesce(inviter_aliases.user_id, invitations.inviter_user_id) as inviter_user_id,
        invitations.account_id,
        invitations.channel,
        invitations.sent_at,
        invitations.accepted_at,
        coalesce(accepted_aliases.user_id, invitations.accepted_user_id) as accepted_user_id
    from invitations
    left join user_aliases as inviter_aliases
        on invitations.inviter_user_id = inviter_aliases.from_id
    left join user_aliases as accepted_aliases
        on invitations.accepted_user_id = accepted_aliases.from_id

),

timed as (

    select
        invitations.*,
        coalesce(invitations.accepted_at, accepted_users.created_at) as acceptance_at
    from invitations_of_users_of_today as invitations
    left join users as accepted_users on invitations.accepted_user_id = accepted_users.user_id

),

versions_known_by_preference as (

    select
        timed.source_id,
        timed.invitation_id,
        timed.inviter_user_id,
        timed.account_id,
        timed.channel,
        timed.sent_at,
        case when timed.acceptance_at < as_of.as_of then timed.acceptance_at end as accepted_at,
        case when timed.acceptance_at < as_of.as_of then timed.accepted_user_id end
            as accepted_user_id,
        row_number() over (
            partition by timed.source_id, timed.invitation_id
            order by
                case when timed.acceptance_at < as_of.as_of then 0 else 1 end asc,
                timed.file_id desc,
                timed.line_number desc
        ) as preference
    from timed
    cross join as_of
    where timed.sent_at < as_of.as_of

)

select
    versions.source_id,
    versions.invitation_id,
    versions.inviter_user_id,
    versions.account_id,
    versions.channel,
    versions.sent_at,
    versions.accepted_at,
    versions.accepted_user_id
from versions_known_by_preference as versions
left join users as inviters on versions.inviter_user_id = inviters.user_id
left join accounts on versions.account_id = accounts.account_id
where
    versions.preference = 1
    and not coalesce(inviters.is_internal, false)
    and not coalesce(accounts.is_internal, false)
