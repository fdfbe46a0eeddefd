{# Lists the local months from the first sign-up to `as_of`, and when counting in each ends. #}

with

users as (

    select * from {{ ref('int_users') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

span as (

    select
        {{ period_start(utc_to_local('min(users.created_at)'), 'month') }} as first_month,
        max({{ utc_to_local("as_of.as_of - interval '0.000001' second") }}) as last_moment,
        max(as_of.as_of) as as_of
    from users
    cross join as_of
    where not users.is_internal

),

months as (

    select
        {{ series('first_month', 'last_moment', '1 month') }} as month,
        as_of
    from span

)

select
    cast(month as date) as month,
    least({{ local_to_utc("month + interval '1' month") }}, as_of) as counted_until,
    {{ local_to_utc("month + interval '1' month") }} <= as_of as is_complete
from months
