{#
    Finds everybody we saw before he had signed up, if he ever did, and when we first saw him.

    A user whose first event comes with or after his sign-up was never a visitor: somebody
    invited him, or he was brought in by an import.
#}

with

events as (

    select * from {{ ref('int_events_counted') }}

),

users as (

    select * from {{ ref('int_users') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

first_events as (

    select
        person_id,
        min(occurred_at) as first_seen_at
    from events
    where person_id is not null
    group by person_id

),

visitors as (

    select
        first_events.person_id,
        first_events.first_seen_at,
        first_events.first_seen_at + {{ var('visit_window_days') }} * interval '1' day
            as window_ends_at,
        users.created_at as signed_up_at
    from first_events
    left join users on first_events.person_id = users.user_id
    where users.user_id is null or first_events.first_seen_at < users.created_at

)

select
    visitors.person_id,
    visitors.first_seen_at,
    cast({{ period_start(utc_to_local('visitors.first_seen_at'), 'week') }} as date) as cohort_week,
    coalesce(visitors.signed_up_at <= visitors.window_ends_at, false) as has_signed_up,
    visitors.window_ends_at <= as_of.as_of as is_mature
from visitors
cross join as_of
