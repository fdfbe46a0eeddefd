{#
    Follows alias links to their end: for every id that was merged away, the user it is today.

    Ids linked over up to sixteen links are one person. Of these stays the id that no link merges
    away; where links run in a circle, or leave two, the first by name stays.
#}

with

alias_links as (

    select * from {{ ref('int_alias_links') }}

),

ids_merged_away as (

    select distinct id
    from alias_links
    where is_merged_away = 1

),

within_one_link as (

    select
        id,
        linked_id
    from alias_links
    union
    select
        id,
        id as linked_id
    from alias_links

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

first_links as (

    select
        id,
        min(linked_at) as linked_at
    from alias_links
    group by id

),

candidates_in_order as (

    select
        within_sixteen_links.id,
        within_sixteen_links.linked_id,
        row_number() over (
            partition by within_sixteen_links.id
            order by
                case when ids_merged_away.id is null then 0 else 1 end asc,
                within_sixteen_links.linked_id asc
        ) as preference
    from within_sixteen_links
    left join ids_merged_away on within_sixteen_links.linked_id = ids_merged_away.id

)

select
    candidates_in_order.id as from_id,
    candidates_in_order.linked_id as user_id,
    first_links.linked_at as merged_at
from candidates_in_order
inner join first_links on candidates_in_order.id = first_links.id
where candidates_in_order.preference = 1 and candidates_in_order.id <> candidates_in_order.linked_id
