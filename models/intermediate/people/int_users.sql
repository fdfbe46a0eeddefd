{# Gives every user with the attributes known last, and marks our own and test users. #}

with

profiles as (

    select * from {{ ref('int_user_profiles') }}

),

exclusion_matches as (

    select * from {{ ref('int_exclusion_matches') }}

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
    profiles.user_id in (
        select subject_id from exclusion_matches
        where subject_type = 'user'
    ) as is_internal
from profiles
