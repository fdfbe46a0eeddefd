{#
    How many new users does a user who signed up this week bring in?

    Everything is counted within the viral window from each user's own sign-up, so that an old
    week and a young one can be compared. The rates of a week whose window is still open are
    NULL: its users are not done inviting.
#}

with

viral_windows as (

    select * from {{ ref('int_viral_windows') }}

),

invitations as (

    select * from {{ ref('int_invitations') }}

),

invited_sign_ups as (

    select * from {{ ref('int_invited_sign_ups') }}

),

primary_activations as (

    select * from {{ ref('int_primary_activations') }}

),

users_by_week as (

    select
        viral_windows.cohort_week,
        viral_windows.is_mature,
        count(*) as users,
        count(invited_sign_ups.user_id) as users_who_were_brought
    from viral_windows
    left join invited_sign_ups on viral_windows.user_id = invited_sign_ups.user_id
    group by viral_windows.cohort_week, viral_windows.is_mature

),

invitations_by_week as (

    select
        viral_windows.cohort_week,
        count(distinct invitations.inviter_user_id) as inviters,
        count(*) as invitations_sent,
        count(
            case when invitations.accepted_at <= viral_windows.closes_at then 1 end
        ) as invitations_accepted
    from viral_windows
    inner join invitations
        on viral_windows.user_id = invitations.inviter_user_id
        and invitations.sent_at between viral_windows.opens_at and viral_windows.closes_at
    group by viral_windows.cohort_week

),

sign_ups_brought_by_week as (

    select
        viral_windows.cohort_week,
        count(*) as invited_sign_ups,
        count(primary_activations.activated_at) as invited_activated,
        median({{ days_between('viral_windows.opens_at', 'invited_sign_ups.signed_up_at') }})
            as median_days
    from viral_windows
    inner join invited_sign_ups
        on viral_windows.user_id = invited_sign_ups.inviter_user_id
        and invited_sign_ups.signed_up_at between viral_windows.opens_at
        and viral_windows.closes_at
    left join primary_activations
        on invited_sign_ups.user_id = primary_activations.actor_id
        and primary_activations.grain = 'user'
    group by viral_windows.cohort_week

),

put_side_by_side as (

    select
        users_by_week.cohort_week,
        cast(users_by_week.users as double) as users,
        users_by_week.users_who_were_brought,
        coalesce(invitations.inviters, 0) as inviters,
        coalesce(invitations.invitations_sent, 0) as invitations_sent,
        coalesce(invitations.invitations_accepted, 0) as invitations_accepted,
        coalesce(brought.invited_sign_ups, 0) as invited_sign_ups,
        coalesce(brought.invited_activated, 0) as invited_activated,
        brought.median_days,
        users_by_week.is_mature
    from users_by_week
    left join invitations_by_week as invitations
        on users_by_week.cohort_week = invitations.cohort_week
    left join sign_ups_brought_by_week as brought
        on users_by_week.cohort_week = brought.cohort_week

)

select
    cohort_week,
    cast(users as bigint) as users,
    cast(inviters as bigint) as inviters,
    cast(invitations_sent as bigint) as invitations_sent,
    cast(invitations_accepted as bigint) as invitations_accepted,
    cast(invited_sign_ups as bigint) as invited_sign_ups,
    cast(invited_activated as bigint) as invited_activated,
    case when is_mature then invitations_accepted / nullif(cast(invitations_sent as double), 0) end
        as acceptance_rate,
    case when is_mature then invited_sign_ups / nullif(users, 0) end as k_factor,
    case when is_mature then median_days end as median_days_to_invited_sign_up,
    users_who_were_brought / nullif(users, 0) as loop_share,
    is_mature
from put_side_by_side
