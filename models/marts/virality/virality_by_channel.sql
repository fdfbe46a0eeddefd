{#
    Through which channel do invitations bring users?

    The whole history counts. A sign-up belongs to the channel of the invitation it followed
    first; sign-ups that name their inviter without an invitation stand in the row without a
    channel, so that the rows add up to all brought users.
#}

with

invitations as (

    select * from {{ ref('int_invitations') }}

),

invited_sign_ups as (

    select * from {{ ref('int_invited_sign_ups') }}

),

invitations_and_sign_ups as (

    select
        channel,
        1 as invitations_sent,
        case when accepted_at is null then 0 else 1 end as invitations_accepted,
        0 as invited_sign_ups
    from invitations
    union all
    select
        channel,
        0 as invitations_sent,
        0 as invitations_accepted,
        1 as invited_sign_ups
    from invited_sign_ups

),

summed_to_channel as (

    select
        channel,
        sum(invitations_sent) as invitations_sent,
        sum(invitations_accepted) as invitations_accepted,
        sum(invited_sign_ups) as invited_sign_ups
    from invitations_and_sign_ups
    group by channel

)

select
    channel,
    cast(invitations_sent as bigint) as invitations_sent,
    cast(invitations_accepted as bigint) as invitations_accepted,
    cast(invitations_accepted as double) / nullif(cast(invitations_sent as double), 0)
        as acceptance_rate,
    cast(invited_sign_ups as bigint) as invited_sign_ups
from summed_to_channel
