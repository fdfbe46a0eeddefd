{#
    Gives every account one row with the attributes known last; an account without a row in any
    stream is created when first seen.
#}

with

account_versions as (

    select * from {{ ref('int_account_versions') }}

),

first_sightings as (

    select * from {{ ref('int_first_sightings') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

versions_by_recency as (

    select
        account_versions.*,
        row_number() over (
            partition by account_versions.account_id
            order by
                case when account_versions.known_at < as_of.as_of then 0 else 1 end asc,
                case
                    when account_versions.known_at < as_of.as_of
                        then {{ seconds_between('account_versions.known_at', 'as_of.as_of') }}
                    else {{ seconds_between('as_of.as_of', 'account_versions.known_at') }}
                end asc
        ) as recency
    from account_versions
    cross join as_of
    where account_versions.created_at < as_of.as_of

),

latest_versions as (

    select *
    from versions_by_recency
    where recency = 1

),

accounts_seen as (

    select
        id as account_id,
        first_seen_at
    from first_sightings
    where kind = 'account'

)

select
    coalesce(latest_versions.account_id, accounts_seen.account_id) as account_id,
    coalesce(latest_versions.created_at, accounts_seen.first_seen_at) as created_at,
    latest_versions.name,
    latest_versions.parent_account_id,
    latest_versions.industry,
    latest_versions.employee_count,
    latest_versions.country,
    latest_versions.properties
from latest_versions
full outer join accounts_seen on latest_versions.account_id = accounts_seen.account_id
