{# Gives every user with the attributes known last, and marks our own and test users. #}

with

profiles as (

    select * from {{ ref('int_user_profiles') }}

),

excluded_users as (

    select distinct subject_id as user_id
    from {{ ref('int_exclusion_matches') }}
    where subject_type = 'user'

)

select
    profiles.user_id,
    profiles.created_at,
    profiles.account_id,
    profiles.email,
    profiles.name,
    profiles.role,
    profiles.acquisition_channel,
    profiles.invited_by_user_id,
    profiles.properties,
    excluded_users.user_id is not null as is_internal
from profiles
left join excluded_users on profiles.user_id = excluded_users.user_id
