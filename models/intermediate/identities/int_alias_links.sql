{#
    Lists the alias links that may merge people, in both directions.

    Placeholder ids and hubs, linked with more ids than `identity_cluster_limit`, merge nobody.
#}

with

identity_links as (

    select * from {{ ref('int_identity_links') }}

),

placeholder_ids as (

    select placeholder_id from {{ ref('placeholder_ids') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

aliases as (

    select
        identity_links.from_id,
        identity_links.user_id,
        min(identity_links.linked_at) as linked_at
    from identity_links
    cross join as_of
    left join placeholder_ids
        on lower(identity_links.from_id) = placeholder_ids.placeholder_id
        or lower(identity_links.user_id) = placeholder_ids.placeholder_id
    where
        identity_links.kind = 'alias'
        and identity_links.from_id <> identity_links.user_id
        and identity_links.linked_at < as_of.as_of
        and placeholder_ids.placeholder_id is null
    group by identity_links.from_id, identity_links.user_id

),

links_in_both_directions as (

    select
        from_id as id,
        user_id as linked_id,
        true as is_merged_away,
        linked_at
    from aliases
    union all
    select
        user_id as id,
        from_id as linked_id,
        false as is_merged_away,
        linked_at
    from aliases

),

hubs as (

    select id
    from links_in_both_directions
    group by id
    having count(distinct linked_id) > {{ var('identity_cluster_limit') }}

)

select
    links.id,
    links.linked_id,
    max(cast(links.is_merged_away as integer)) as is_merged_away,
    min(links.linked_at) as linked_at
from links_in_both_directions as links
left join hubs as hub_ids on links.id = hub_ids.id
left join hubs as linked_hubs on links.linked_id = linked_hubs.id
where hub_ids.id is null and linked_hubs.id is null
group by links.id, links.linked_id
