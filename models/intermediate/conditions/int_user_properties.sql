{#
    Reads the user properties that definitions ask for: the key of `properties`, else the column
    of that name. They are the latest known.
#}

with

users as (

    select * from {{ ref('int_users') }}

),

definition_conditions as (

    select * from {{ ref('int_definition_conditions') }}

),

funnels as (

    select * from {{ ref('funnels') }}

),

properties_needed as (

    select property
    from definition_conditions
    where property is not null and property_scope = 'user'
    union
    select {{ split_rows('breakdown_property', '|') }} as property
    from funnels
    where breakdown_scope = 'user'

)

select
    users.user_id,
    properties_needed.property,
    coalesce(
        {{ json_property('users.properties', 'properties_needed.property') }},
        case properties_needed.property
            when 'user_id' then users.user_id
            when 'created_at' then cast(users.created_at as string)
            when 'account_id' then users.account_id
            when 'email' then users.email
            when 'name' then users.name
            when 'role' then users.role
            when 'acquisition_channel' then users.acquisition_channel
            when 'invited_by_user_id' then users.invited_by_user_id
        end
    ) as value
from users
cross join properties_needed
