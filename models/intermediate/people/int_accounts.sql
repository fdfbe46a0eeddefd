{# Gives every account with the attributes known last, and marks our own and test accounts. #}

with

profiles as (

    select * from {{ ref('int_account_profiles') }}

),

excluded_accounts as (

    select distinct subject_id as account_id
    from {{ ref('int_exclusion_matches') }}
    where subject_type = 'account'

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
    excluded_accounts.account_id is not null as is_internal
from profiles
left join excluded_accounts on profiles.account_id = excluded_accounts.account_id
