{#
    Lists which users were seen on an anonymous id, and from when till when that was known.

    A sighting that arrives late but happened earlier is a row of its own. A user stands for
    himself until an alias merges him into another; so does the id, and such an alias is a row too,
    even of somebody seen on the id before.
#}

with

signal_events as (

    select * from {{ ref('int_signal_events') }}

),

events as (

    select * from {{ ref('int_events_distinct') }}

),

identity_links as (

    select * from {{ ref('int_identity_links') }}

),

user_names as (

    select * from {{ ref('int_user_names') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

anonymous_ids as (

    select distinct anonymous_id
    from signal_events
    where user_id is null and anonymous_id is not null

),

sightings as (

    select
        anonymous_id,
        user_id,
        occurred_at as seen_at,
        greatest(occurred_at, received_at) as known_at,
        false as is_alias
    from events
    where user_id is not null
    union all
    select
        identity_links.from_id as anonymous_id,
        identity_links.user_id,
        identity_links.linked_at as seen_at,
        identity_links.linked_at as known_at,
        false as is_alias
    from identity_links
    cross join as_of
    where identity_links.kind = 'identify' and identity_links.linked_at < as_of.as_of
    union all
    select
        sent_id as anonymous_id,
        user_id,
        known_from as seen_at,
        known_from as known_at,
        true as is_alias
    from user_names
    where sent_id <> user_id

),

sightings_in_order as (

    select
        sightings.anonymous_id,
        sightings.user_id,
        sightings.seen_at,
        sightings.known_at,
        sightings.is_alias,
        min(sightings.seen_at) over (
            partition by sightings.anonymous_id, sightings.user_id, sightings.is_alias
            order by sightings.known_at asc, sightings.seen_at asc
            rows between unbounded preceding and 1 preceding
        ) as seen_before_at
    from sightings
    inner join anonymous_ids on sightings.anonymous_id = anonymous_ids.anonymous_id

)

select
    sightings.anonymous_id,
    coalesce(user_names.user_id, sightings.user_id) as user_id,
    sightings.seen_at,
    sightings.is_alias,
    greatest(sightings.known_at, coalesce(user_names.known_from, sightings.known_at)) as known_from,
    coalesce(user_names.known_to, timestamp '9999-12-31 00:00:00') as known_to
from sightings_in_order as sightings
left join user_names
    on sightings.user_id = user_names.sent_id
    and sightings.known_at < user_names.known_to
where
    (sightings.seen_before_at is null or sightings.seen_at < sightings.seen_before_at)
    and sightings.anonymous_id <> coalesce(user_names.user_id, sightings.user_id)
