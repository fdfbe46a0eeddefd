{#
    Lists the versions of users as landed: the native stream's and, for users it does not name,
    those that vendors' traits make. Such a user came when a trait says so, else when first seen.
#}

with

native_users as (

    select * from {{ ref('stg_native__users') }}

),

vendor_profiles as (

    select * from {{ ref('int_vendor_profiles') }}

),

vendor_records as (

    select * from {{ ref('int_vendor_records') }}

),

first_seen as (

    select
        user_id,
        min(occurred_at) as first_seen_at
    from vendor_records
    where user_id is not null
    group by user_id

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
    left join first_seen on vendor_profiles.id = first_seen.user_id
    where
        vendor_profiles.kind = 'user'
        and vendor_profiles.id not in (select native_users.user_id from native_users)

)

select
    user_id,
    created_at,
    updated_at,
    account_id,
    email,
    name,
    role,
    acquisition_channel,
    invited_by_user_id,
    properties,
    file_id,
    line_number
from native_users
union all
select
    id as user_id,
    created_at,
    greatest(known_at, created_at) as updated_at,
    cast(null as string) as account_id,
    coalesce({{ json_text('properties', 'email') }}, {{ json_text('properties', '$email') }})
        as email,
    coalesce(
        {{ json_text('properties', 'name') }},
        {{ json_text('properties', '$name') }},
        {{ json_text('properties', 'first_name') }} || ' '
        || {{ json_text('properties', 'last_name') }},
        {{ json_text('properties', 'firstName') }} || ' '
        || {{ json_text('properties', 'lastName') }}
    ) as name,
    {{ json_text('properties', 'role') }} as role,
    {{ json_text('properties', 'acquisition_channel') }} as acquisition_channel,
    {{ json_text('properties', 'invited_by_user_id') }} as invited_by_user_id,
    properties,
    file_id,
    line_number
from profiles
