{#
    Opens every customer's user the window in which those he brings count for his sign-up week.

    A week is mature when the window of the last user who could sign up in it has closed.
#}

with

users as (

    select * from {{ ref('int_users') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

users_by_week as (

    select
        user_id,
        created_at,
        {{ period_start(utc_to_local('created_at'), 'week') }} as week_starts_at
    from users
    where not is_internal

)

select
    users_by_week.user_id,
    cast(users_by_week.week_starts_at as date) as cohort_week,
    users_by_week.created_at as opens_at,
    users_by_week.created_at + {{ var('viral_window_days') }} * interval '1' day as closes_at,
    {{ local_to_utc("users_by_week.week_starts_at + interval '7' day") }}
    + {{ var('viral_window_days') }} * interval '1' day <= as_of.as_of as is_mature
from users_by_week
cross join as_of
