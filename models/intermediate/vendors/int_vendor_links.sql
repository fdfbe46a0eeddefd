{#
    Lists how vendors link ids: both ids on a record that is no event, aliases, PostHog's ids of one
    person, and Amplitude's persons who were merged. Where a vendor does not say which of two ids
    stays, the one more certainly a user's does; of two alike the `likely` one, or else the links
    run both ways.
#}

with

vendor_records as (

    select * from {{ ref('int_vendor_records') }}

),

vendor_users as (

    select * from {{ ref('int_vendor_users') }}

),

people as (

    select * from {{ ref('int_vendor_people') }}

),

merged_people as (

    select * from {{ ref('int_vendor_merged_people') }}

),

links_told as (

    select
        coalesce(user_id, anonymous_id) as id,
        linked_id,
        link,
        occurred_at as linked_at
    from vendor_records
    where linked_id is not null

),

either_way as (

    select
        links_told.id,
        links_told.linked_id,
        links_told.linked_at,
        links_told.link,
        coalesce(users.certainty, '') as certainty,
        coalesce(linked_users.certainty, '') as linked_certainty
    from links_told
    left join vendor_users as users on links_told.id = users.user_id
    left join vendor_users as linked_users on links_told.linked_id = linked_users.user_id
    where links_told.link in ('either', 'likely')

)

select
    'identify' as kind,
    occurred_at as linked_at,
    anonymous_id as from_id,
    user_id
from vendor_records
where not is_event and user_id is not null and anonymous_id is not null
union all
select
    link as kind,
    linked_at,
    linked_id as from_id,
    id as user_id
from links_told
where link not in ('either', 'likely')
union all
select
    'alias' as kind,
    linked_at,
    linked_id as from_id,
    id as user_id
from either_way
where certainty >= linked_certainty
union all
select
    'alias' as kind,
    linked_at,
    id as from_id,
    linked_id as user_id
from either_way
where linked_certainty > certainty or (linked_certainty = certainty and link = 'either')
union all
select
    kind,
    linked_at,
    from_id,
    user_id
from people
union all
select
    kind,
    linked_at,
    from_id,
    user_id
from merged_people
