{#
    Brings together what all sources say of who is who: `identify` gives an id to a user, `alias`
    makes two ids one person, of whom user_id stays.

    A user's own id is given to nobody: only an alias makes two users one.
#}

with

native_links as (

    select * from {{ ref('stg_native__identity_links') }}

),

vendor_links as (

    select * from {{ ref('int_vendor_links') }}

),

vendor_users as (

    select * from {{ ref('int_vendor_users') }}

)

select
    kind,
    linked_at,
    from_id,
    user_id
from native_links
union all
select
    vendor_links.kind,
    vendor_links.linked_at,
    vendor_links.from_id,
    vendor_links.user_id
from vendor_links
left join vendor_users on vendor_links.from_id = vendor_users.user_id
where vendor_links.kind = 'alias' or coalesce(vendor_users.certainty, '') <> 'proven'
