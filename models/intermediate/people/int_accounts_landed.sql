{#
    Lists the versions of accounts as landed: the native stream's and, for accounts it does not
    name, those that vendors' group traits and customers make. Such an account came when a trait
    says so, else when first seen.
#}

with

native_accounts as (

    select * from {{ ref('stg_native__accounts') }}

),

vendor_profiles as (

    select * from {{ ref('int_vendor_profiles') }}

),

vendor_records as (

    select * from {{ ref('int_vendor_records') }}

),

first_seen as (

    select
        account_id,
        min(occurred_at) as first_seen_at
    from vendor_records
    where account_id is not null
    group by account_id

),

profiles as (

    select
        vendor_profiles.*,
        coalesce(
            min({{ instant_of_text(
                "coalesce("
                ~ json_text('vendor_profiles.properties', 'created_at') ~ ", "
                ~ json_text('vendor_profiles.properties', 'createdAt') ~ ", "
                ~ json_text('vendor_profiles.properties', '$created') ~ ")"
            ) }}) over (partition by vendor_profiles.id),
            first_seen.first_seen_at,
            min(vendor_profiles.occurred_at) over (partition by vendor_profiles.id)
        ) as created_at
    from vendor_profiles
    left join first_seen on vendor_profiles.id = first_seen.account_id
    where
        vendor_profiles.kind = 'account'
        and vendor_profiles.id not in (select native_accounts.account_id from native_accounts)

)

select
    account_id,
    created_at,
    updated_at,
    name,
    parent_account_id,
    industry,
    employee_count,
    country,
    properties,
    file_id,
    line_number
from native_accounts
union all
select
    id as account_id,
    created_at,
    greatest(known_at, created_at) as updated_at,
    coalesce({{ json_text('properties', 'name') }}, {{ json_text('properties', '$name') }})
        as name,
    {{ json_text('properties', 'parent_account_id') }} as parent_account_id,
    {{ json_text('properties', 'industry') }} as industry,
    try_cast(
        coalesce(
            {{ json_text('properties', 'employee_count') }},
            {{ json_text('properties', 'employees') }}
        ) as bigint
    ) as employee_count,
    {{ json_text('properties', 'country') }} as country,
    properties,
    file_id,
    line_number
from profiles
