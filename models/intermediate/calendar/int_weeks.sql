{# Lists the complete local weeks since the first user, account, event or payment. #}

with

users as (

    select * from {{ ref('int_users') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

beginnings as (

    select min(created_at) as began_at
    from users
    where not is_internal
    union all
    select min(created_at) as began_at
    from accounts
    where not is_internal
    union all
    select min(occurred_at) as began_at
    from events
    union all
    select min(started_at) as began_at
    from paid_periods

),

span as (

    select
        {{ period_start(utc_to_local('min(beginnings.began_at)'), 'week') }} as first_week,
        {{ utc_to_local('max(as_of.as_of)') }} as local_as_of
    from beginnings
    cross join as_of

),

weeks as (

    select
        {{ series('first_week', 'local_as_of', '7 day') }} as week_starts_at,
        local_as_of
    from span
    where first_week <= local_as_of

)

select
    cast(week_starts_at as date) as week,
    cast(week_starts_at + interval '7' day as date) as next_week,
    row_number() over (order by week_starts_at asc) as week_number
from weeks
where week_starts_at + interval '7' day <= local_as_of
