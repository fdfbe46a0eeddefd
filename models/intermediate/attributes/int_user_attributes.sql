{#
    Reads what lead signals ask of users, and from when till when each value was the one known.

    Before the first version nothing is known: that is a row of its own, with NULL. A signal's
    attribute is a column, else a key of `properties`; a condition looks at the key first.
#}

with

users as (

    select * from {{ ref('int_users') }}

),

user_versions as (

    select * from {{ ref('int_user_versions') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

attribute_conditions as (

    select * from {{ ref('int_attribute_conditions') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

properties_needed as (

    select distinct
        property_scope,
        property
    from attribute_conditions
    where property_scope in ('user', 'user_attribute')

),

moments_of_change as (

    select
        user_versions.user_id,
        user_versions.known_at
    from user_versions
    cross join as_of
    where user_versions.known_at < as_of.as_of
    union all
    select
        user_id,
        cast(null as timestamp) as known_at
    from users
    union all
    select
        from_id as user_id,
        cast(null as timestamp) as known_at
    from user_aliases

),

spans as (

    select
        user_id,
        known_at,
        lead(known_at) over (partition by user_id order by known_at asc nulls first)
            as next_known_at
    from moments_of_change

),

values_read as (

    select
        spans.user_id,
        spans.known_at,
        spans.next_known_at,
        needed.property_scope,
        needed.property,
        {{ json_property('user_versions.properties', 'needed.property') }} as key_value,
        case needed.property
            when 'user_id' then user_versions.user_id
            when 'created_at' then cast(user_versions.created_at as string)
            when 'account_id' then user_versions.account_id
            when 'email' then user_versions.email
            when 'name' then user_versions.name
            when 'role' then user_versions.role
            when 'acquisition_channel' then user_versions.acquisition_channel
            when 'invited_by_user_id' then user_versions.invited_by_user_id
        end as column_value
    from spans
    cross join properties_needed as needed
    left join user_versions
        on spans.user_id = user_versions.user_id
        and spans.known_at = user_versions.known_at

)

select
    user_id,
    coalesce(known_at, timestamp '1970-01-01 00:00:00') as known_from,
    coalesce(next_known_at, timestamp '9999-12-31 00:00:00') as known_to,
    known_at is not null as is_version,
    property_scope,
    property,
    case
        when property_scope = 'user' then coalesce(key_value, column_value)
        else coalesce(column_value, key_value)
    end as value
from values_read
