{#
    Pairs every anonymous id with the users seen on it, and says when each first appeared there.

    Users are the ones of today: an alias is followed before anything is compared.
#}

with

events as (

    select * from {{ ref('int_events_distinct') }}

),

identity_links as (

    select * from {{ ref('int_identity_links') }}

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
        anonymous_id,
        user_id,
        min(occurred_at) as first_seen_at,
        min(greatest(occurred_at, received_at)) as known_at
    from events
    where anonymous_id is not null and user_id is not null
    group by anonymous_id, user_id
    union all
    select
        identity_links.from_id as anonymous_id,
        identity_links.user_id,
        identity_links.linked_at as first_seen_at,
        identity_links.linked_at as known_at
    from identity_links
    cross join as_of
    where identity_links.kind = 'identify' and identity_links.linked_at < as_of.as_of

)

select
    sightings.anonymous_id,
    coalesce(user_aliases.user_id, sightings.user_id) as user_id,
    min(sightings.first_seen_at) as first_seen_at,
    min(greatest(sightings.known_at, user_aliases.merged_at)) as known_at
from sightings
left join user_aliases on sightings.user_id = user_aliases.from_id
left join placeholder_ids
    on lower(sightings.anonymous_id) = placeholder_ids.placeholder_id
    or lower(sightings.user_id) = placeholder_ids.placeholder_id
where
    placeholder_ids.placeholder_id is null
    and sightings.anonymous_id <> coalesce(user_aliases.user_id, sightings.user_id)
group by sightings.anonymous_id, coalesce(user_aliases.user_id, sightings.user_id)
