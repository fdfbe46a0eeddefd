{#
    Describes how an account was used up to a moment, from what was known then: its people, who of
    them was active in 28 days, what they did and with which features, and the 28 days before.
#}

with

account_moments as (

    select * from {{ ref('int_account_moments') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

),

memberships as (

    select * from {{ ref('int_account_memberships') }}

),

user_homes as (

    select * from {{ ref('int_user_homes') }}

),

stays as (

    select
        account_id,
        user_id,
        joined_at as started_at,
        coalesce(left_at, timestamp '9999-12-31 00:00:00') as ended_at
    from memberships
    union all
    select
        account_id,
        user_id,
        known_from as started_at,
        known_to as ended_at
    from user_homes
    where is_named

),

people as (

    select
        account_moments.account_id,
        account_moments.seen_at,
        count(distinct stays.user_id) as members
    from account_moments
    inner join stays
        on account_moments.account_id = stays.account_id
        and account_moments.seen_at >= stays.started_at
        and account_moments.seen_at < stays.ended_at
    group by account_moments.account_id, account_moments.seen_at

),

uses as (

    select
        moments.account_id,
        moments.seen_at,
        events.person_id,
        event_catalog.feature,
        events.occurred_at >= moments.seen_at - interval '28' day as is_recent
    from account_moments as moments
    inner join events
        on moments.account_id = events.account_id
        and events.occurred_at >= moments.seen_at - interval '56' day
        and moments.seen_at >= events.occurred_at
        and moments.seen_at >= events.known_at
    inner join event_catalog
        on events.event_name = event_catalog.event_name
        and event_catalog.is_active_use

),

uses_counted as (

    select
        account_id,
        seen_at,
        count(case when is_recent then 1 end) as uses_28d,
        count(case when not is_recent then 1 end) as uses_28d_before,
        count(distinct case when is_recent then person_id end) as active_users_28d,
        count(distinct case when is_recent then feature end) as features_used_28d
    from uses
    group by account_id, seen_at

)

select
    moments.account_id,
    moments.seen_at,
    coalesce(people.members, 0) as members,
    coalesce(uses_counted.active_users_28d, 0) as active_users_28d,
    coalesce(uses_counted.features_used_28d, 0) as features_used_28d,
    coalesce(uses_counted.uses_28d, 0) as uses_28d,
    coalesce(uses_counted.uses_28d_before, 0) as uses_28d_before
from account_moments as moments
left join people
    on moments.account_id = people.account_id
    and moments.seen_at = people.seen_at
left join uses_counted
    on moments.account_id = uses_counted.account_id
    and moments.seen_at = uses_counted.seen_at
