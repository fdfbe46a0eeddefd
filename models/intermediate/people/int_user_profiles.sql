{#
    Gives every user one row with the attributes known last.

    A user without a row in any stream is created when first seen. The sign-up of a user who
    was merged of several is the earliest of theirs.
#}

with

user_versions as (

    select * from {{ ref('int_user_versions') }}

),

users_landed as (

    select * from {{ ref('int_users_landed') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

first_sightings as (

    select * from {{ ref('int_first_sightings') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

versions_by_recency as (

    select
        user_versions.*,
        row_number() over (
            partition by user_versions.user_id
            order by
                case when user_versions.known_at < as_of.as_of then 0 else 1 end asc,
                case
                    when user_versions.known_at < as_of.as_of
                        then {{ seconds_between('user_versions.known_at', 'as_of.as_of') }}
                    else {{ seconds_between('as_of.as_of', 'user_versions.known_at') }}
                end asc
        ) as recency
    from user_versions
    cross join as_of
    where user_versions.created_at < as_of.as_of

),

earliest_sign_ups_of_merged_ids as (

    select
        user_aliases.user_id,
        min(users_landed.created_at) as created_at
    from user_aliases
    inner join users_landed on user_aliases.from_id = users_landed.user_id
    group by user_aliases.user_id

),

latest_versions as (

    select *
    from versions_by_recency
    where recency = 1

),

users_seen as (

    select
        id as user_id,
        first_seen_at
    from first_sightings
    where kind = 'user'

)

select
    coalesce(latest_versions.user_id, users_seen.user_id) as user_id,
    least(
        coalesce(latest_versions.created_at, users_seen.first_seen_at),
        coalesce(merged.created_at, latest_versions.created_at, users_seen.first_seen_at)
    ) as created_at,
    latest_versions.account_id,
    latest_versions.email,
    latest_versions.name,
    latest_versions.role,
    latest_versions.acquisition_channel,
    latest_versions.invited_by_user_id,
    latest_versions.properties
from latest_versions
full outer join users_seen on latest_versions.user_id = users_seen.user_id
left join earliest_sign_ups_of_merged_ids as merged
    on coalesce(latest_versions.user_id, users_seen.user_id) = merged.user_id
