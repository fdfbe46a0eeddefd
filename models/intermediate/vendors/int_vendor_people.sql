{#
    Links the ids of each of PostHog's persons with the one that is most certainly a user's. Of an
    id's assignments to persons the latest counts; a person without a user links nothing.
#}

with

posthog_persons as (

    select * from {{ ref('stg_posthog__persons') }}

),

vendor_users as (

    select * from {{ ref('int_vendor_users') }}

),

assignments_by_recency as (

    select
        source_id,
        distinct_id,
        person_id,
        created_at,
        row_number() over (
            partition by source_id, distinct_id
            order by
                distinct_id_version desc,
                person_version desc,
                inserted_at desc,
                file_id desc,
                line_number desc
        ) as recency
    from posthog_persons

),

ids_of_persons as (

    select
        assignments.source_id,
        assignments.person_id,
        assignments.distinct_id as id,
        vendor_users.user_id,
        vendor_users.certainty,
        assignments.created_at as linked_at
    from assignments_by_recency as assignments
    left join vendor_users on assignments.distinct_id = vendor_users.user_id
    where assignments.recency = 1

),

users_of_persons as (

    select
        source_id,
        person_id,
        user_id,
        row_number() over (
            partition by source_id, person_id
            order by certainty desc, user_id asc
        ) as place
    from ids_of_persons
    where user_id is not null

)

select
    case when ids_of_persons.user_id is null then 'identify' else 'alias' end as kind,
    ids_of_persons.linked_at,
    ids_of_persons.id as from_id,
    users_of_persons.user_id
from ids_of_persons
inner join users_of_persons
    on ids_of_persons.source_id = users_of_persons.source_id
    and ids_of_persons.person_id = users_of_persons.person_id
    and ids_of_persons.id <> users_of_persons.user_id
    and users_of_persons.place = 1
