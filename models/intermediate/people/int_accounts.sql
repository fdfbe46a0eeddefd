{# Gives every account with the attributes known last, and marks our own and test accounts. #}

with

profiles as (

    select * from {{ ref('int_account_profiles') }}

),

exclusion_matches as (

    select * from {{ ref('int_exclusion_matches') }}

)

select
    profiles.account_id,
    profiles.created_at,
    profiles.name,
    profiles.parent_account_id,
    profiles.industry,
    profiles.employee_count,
    profiles.country,
    profiles.properties,
    profiles.account_id in (
        select subject_id from exclusion_matches
        where subject_type = 'account'
    ) as is_internal
from profiles
