{# Lists every version of an account's attributes and since when it was known. #}

with

accounts as (

    select * from {{ ref('int_accounts_landed') }}

),

versions_in_order as (

    select
        account_id,
        coalesce(updated_at, created_at) as known_at,
        created_at,
        name,
        parent_account_id,
        industry,
        employee_count,
        country,
        properties,
        row_number() over (
            partition by account_id, coalesce(updated_at, created_at)
            order by file_id desc, line_number desc
        ) as recency
    from accounts

)

select
    account_id,
    known_at,
    created_at,
    name,
    parent_account_id,
    industry,
    employee_count,
    country,
    properties
from versions_in_order
where recency = 1
