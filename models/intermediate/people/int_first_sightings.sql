{#
    Says when every user and account was first seen anywhere, also those no stream of users or
    accounts ever named: events, memberships, invitations and subscriptions speak of them too.
#}

with

events as (

    select * from {{ ref('int_events_distinct') }}

),

users as (

    select * from {{ ref('int_user_versions') }}

),

memberships as (

    select * from {{ ref('int_memberships_landed') }}

),

identity_links as (

    select * from {{ ref('int_identity_links') }}

),

subscription_versions as (

    select * from {{ ref('int_subscription_versions_landed') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

placeholder_ids as (

    select * from {{ ref('placeholder_ids') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

sightings as (

    select
        'user' as kind,
        user_id as id,
        min(occurred_at) as seen_at
    from events
    group by user_id
    union all
    select
        'account' as kind,
        account_id as id,
        min(occurred_at) as seen_at
    from events
    group by account_id
    union all
    select
        'account' as kind,
        account_id as id,
        min(created_at) as seen_at
    from users
    group by account_id
    union all
    select
        'user' as kind,
        user_id as id,
        joined_at as seen_at
    from memberships
    union all
    select
        'account' as kind,
        account_id as id,
        joined_at as seen_at
    from memberships
    union all
    select
        'user' as kind,
        user_id as id,
        linked_at as seen_at
    from identity_links
    union all
    select
        'account' as kind,
        account_id as id,
        coalesce(least(started_at, recorded_at), started_at) as seen_at
    from subscription_versions

)

select
    sightings.kind,
    coalesce(user_aliases.user_id, sightings.id) as id,
    min(sightings.seen_at) as first_seen_at
from sightings
cross join as_of
left join user_aliases
    on sightings.kind = 'user'
    and sightings.id = user_aliases.from_id
where
    sightings.id is not null
    and sightings.seen_at < as_of.as_of
    and lower(sightings.id) not in (select placeholder_ids.placeholder_id from placeholder_ids)
group by sightings.kind, coalesce(user_aliases.user_id, sightings.id)
