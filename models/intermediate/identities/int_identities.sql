{#
    Decides whose an anonymous id is, and since when.

    One user ever seen on an id owns all of it, earlier events too. On a shared device each user
    owns the anonymous events from his first appearance on it until the next user's; those before
    the first stay anonymous. An id merged by an alias belongs to the user who stays, always.
#}

with

sightings as (

    select * from {{ ref('int_identity_sightings') }}

),

refusals as (

    select * from {{ ref('int_identity_refusals') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

events as (

    select * from {{ ref('int_events_distinct') }}

),

first_events_of_ids as (

    select
        anonymous_id,
        min(occurred_at) as first_event_at
    from events
    where anonymous_id is not null
    group by anonymous_id

),

accepted_sightings as (

    select sightings.*
    from sightings
    left join refusals
        on sightings.user_id = refusals.id
        and refusals.rule = 'cluster'
    left join user_aliases on sightings.anonymous_id = user_aliases.from_id
    where refusals.id is null and user_aliases.from_id is null

),

users_in_order_of_appearance as (

    select
        anonymous_id,
        user_id,
        first_seen_at,
        count(*) over (partition by anonymous_id) as users,
        lead(first_seen_at) over (
            partition by anonymous_id
            order by first_seen_at asc, user_id asc
        ) as next_user_seen_at
    from accepted_sightings

),

owners as (

    select
        users_in_order_of_appearance.anonymous_id,
        users_in_order_of_appearance.user_id,
        case when users_in_order_of_appearance.users = 1 then 'only_user' else 'shared_device' end
            as rule,
        case
            when users_in_order_of_appearance.users > 1
                then users_in_order_of_appearance.first_seen_at
            else least(
                users_in_order_of_appearance.first_seen_at,
                coalesce(
                    first_events_of_ids.first_event_at,
                    users_in_order_of_appearance.first_seen_at
                )
            )
        end as valid_from,
        users_in_order_of_appearance.next_user_seen_at as valid_to
    from users_in_order_of_appearance
    left join first_events_of_ids
        on users_in_order_of_appearance.anonymous_id = first_events_of_ids.anonymous_id
    union all
    select
        user_aliases.from_id as anonymous_id,
        user_aliases.user_id,
        'alias' as rule,
        coalesce(first_events_of_ids.first_event_at, timestamp '1970-01-01 00:00:00') as valid_from,
        null as valid_to
    from user_aliases
    left join first_events_of_ids on user_aliases.from_id = first_events_of_ids.anonymous_id

)

select
    anonymous_id,
    user_id,
    rule,
    cast(valid_from as timestamp) as valid_from,
    cast(valid_to as timestamp) as valid_to
from owners
where valid_to is null or valid_from < valid_to
