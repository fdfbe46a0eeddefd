{#
    Says of every user old enough whether he stayed and whether his account paid for the first
    time, after the time in which candidate events are counted. Whose account paid before that
    cannot tell us why people begin to pay.
#}

with

users as (

    select * from {{ ref('int_candidate_users') }}

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

users_who_stayed as (

    select distinct users.user_id
    from users
    inner join events
        on users.user_id = events.user_id
        and users.exposed_until < events.occurred_at
        and users.retained_until >= events.occurred_at
    inner join event_catalog on events.event_name = event_catalog.event_name
    where event_catalog.is_active_use

),

first_payments as (

    select
        account_id,
        min(started_at) as paid_at
    from paid_periods
    group by account_id

)

select
    users.user_id,
    'retained' as outcome,
    users_who_stayed.user_id is not null as is_positive
from users
cross join as_of
left join users_who_stayed on users.user_id = users_who_stayed.user_id
where users.retained_until <= as_of.as_of
union all
select
    users.user_id,
    'converted' as outcome,
    coalesce(first_payments.paid_at <= users.converted_until, false) as is_positive
from users
cross join as_of
left join first_payments on users.account_id = first_payments.account_id
where
    users.converted_until <= as_of.as_of
    and (first_payments.paid_at is null or first_payments.paid_at > users.exposed_until)
