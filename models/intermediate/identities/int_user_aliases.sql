{#
    Follows alias links to their end: for every id that was merged away, the user it is today.

    Ids linked over up to sixteen links are one person. Of these stays the id that no link merges
    away; where links run in a circle, or leave two, the first by name stays. Placeholder ids
    and hubs, linked with more ids than `identity_cluster_limit`, merge nobody.
#}

with

identity_links as (

    select * from {{ ref('stg_native__identity_links') }}

),

placeholder_ids as (

    select * from {{ ref('placeholder_ids') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

aliases as (

    select distinct
        identity_links.from_id,
        identity_links.user_id
    from identity_links
    cross join as_of
    where
        identity_links.kind = 'alias'
        and identity_links.from_id <> identity_links.user_id
        and identity_links.linked_at < as_of.as_of
        and lower(identity_links.from_id) not in (select placeholder_id from placeholder_ids)
        and lower(identity_links.user_id) not in (select placeholder_id from placeholder_ids)

),

links_in_both_directions as (

    select
        from_id as id,
        user_id as linked_id
    from aliases
    union
    select
        user_id as id,
        from_id as linked_id
    from aliases

),

hubs as (

    select id
    from links_in_both_directions
    group by id
    having count(*) > {{ var('identity_cluster_limit') }}

),

within_one_link as (

    select
        id,
        linked_id
    from links_in_both_directions
    where
        id not in (select id from hubs)
        and linked_id not in (select id from hubs)
    union
    select
        id,
        id as linked_id
    from links_in_both_directions
    where id not in (select id from hubs)

),

within_two_links as (

    select distinct
        near.id,
        far.linked_id
    from within_one_link as near
    inner join within_one_link as far on near.linked_id = far.id

),

within_four_links as (

    select distinct
        near.id,
        far.linked_id
    from within_two_links as near
    inner join within_two_links as far on near.linked_id = far.id

),

within_sixteen_links as (

    select distinct
        near.id,
        far.linked_id
    from within_four_links as near
    inner join within_four_links as middle on near.linked_id = middle.id
    inner join within_four_links as further on middle.linked_id = further.id
    inner join within_four_links as far on further.linked_id = far.id

),

candidates_to_stay as (

    select
        within_sixteen_links.id,
        within_sixteen_links.linked_id,
        row_number() over (
            partition by within_sixteen_links.id
            order by
                case
                    when within_sixteen_links.linked_id in (select from_id from aliases) then 1
                    else 0
                end asc,
                within_sixteen_links.linked_id asc
        ) as preference
    from within_sixteen_links

)

select
    id as from_id,
    linked_id as user_id
from candidates_to_stay
where preference = 1 and id <> linked_id
