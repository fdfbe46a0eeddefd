{#
    Lists the ids that are users', whatever vendor says so, and how certain that is: `proven` by an
    event, `named` in PostHog's persons, or only `linked` with one of these.

    An id that was seen on a device, or was identified as somebody, is a user's only where proven.
#}

with

vendor_rows as (

    select * from {{ ref('int_vendor_rows') }}

),

posthog_persons as (

    select * from {{ ref('stg_posthog__persons') }}

),

native_users as (

    select * from {{ ref('stg_native__users') }}

),

ids_of_devices as (

    select anonymous_id as id
    from vendor_rows
    where anonymous_id is not null
    union
    select linked_id as id
    from vendor_rows
    where link = 'identify'

),

users as (

    select distinct
        user_id,
        'proven' as certainty
    from vendor_rows
    where is_known_user and user_id is not null
    union
    select
        user_id,
        'proven' as certainty
    from native_users
    where exists (select vendor_rows.source_id from vendor_rows)
    union
    select
        distinct_id as user_id,
        'named' as certainty
    from posthog_persons
    where is_named and distinct_id not in (select ids_of_devices.id from ids_of_devices)

),

linked_ids as (

    select
        coalesce(user_id, distinct_id) as id,
        linked_id
    from vendor_rows
    where link in ('either', 'likely')
    union all
    select
        linked_id as id,
        coalesce(user_id, distinct_id) as linked_id
    from vendor_rows
    where link in ('either', 'likely')
    union all
    select
        persons.distinct_id as id,
        others.distinct_id as linked_id
    from posthog_persons as persons
    inner join posthog_persons as others
        on persons.source_id = others.source_id
        and persons.person_id = others.person_id
        and persons.distinct_id <> others.distinct_id

),

users_and_linked_ids as (

    select
        user_id,
        certainty
    from users
    union all
    select
        linked_ids.linked_id as user_id,
        'linked' as certainty
    from linked_ids
    inner join users on linked_ids.id = users.user_id
    where linked_ids.linked_id not in (select ids_of_devices.id from ids_of_devices)

)

select
    user_id,
    max(certainty) as certainty
from users_and_linked_ids
group by user_id
