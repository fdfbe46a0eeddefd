{#
    Reads what lead signals and routing rules ask of accounts, and from when till when each value
    was the one known: a column, else a key of `properties`.

    Before the first version nothing is known: that is a row of its own, with NULL.
#}

with

accounts as (

    select * from {{ ref('int_accounts') }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}

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
    where property_scope = 'account_attribute'

),

moments_of_change as (

    select
        account_versions.account_id,
        account_versions.known_at
    from account_versions
    cross join as_of
    where account_versions.known_at < as_of.as_of
    union all
    select
        account_id,
        cast(null as timestamp) as known_at
    from accounts

),

spans as (

    select
        account_id,
        known_at,
        lead(known_at) over (partition by account_id order by known_at asc nulls first)
            as next_known_at
    from moments_of_change

)

select
    spans.account_id,
    coalesce(spans.known_at, timestamp '1970-01-01 00:00:00') as known_from,
    coalesce(spans.next_known_at, timestamp '9999-12-31 00:00:00') as known_to,
    spans.known_at is not null as is_version,
    needed.property_scope,
    needed.property,
    coalesce(
        case needed.property
            when 'account_id' then account_versions.account_id
            when 'created_at' then cast(account_versions.created_at as string)
            when 'name' then account_versions.name
            when 'parent_account_id' then account_versions.parent_account_id
            when 'industry' then account_versions.industry
            when 'employee_count' then cast(account_versions.employee_count as string)
            when 'country' then account_versions.country
        end,
        {{ json_property('account_versions.properties', 'needed.property') }}
    ) as value
from spans
cross join properties_needed as needed
left join account_versions
    on spans.account_id = account_versions.account_id
    and spans.known_at = account_versions.known_at
