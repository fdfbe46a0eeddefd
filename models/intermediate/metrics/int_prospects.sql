{#
    Finds everybody who showed intent to buy while not yet paying, and whether he soon paid.

    A prospect is the account of whoever showed intent, else the person: a visitor who reads the
    prices and never signs up is one too. Which events are intent says the event catalog.
#}

with

events as (

    select * from {{ ref('int_events_counted') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

),

users as (

    select * from {{ ref('int_users') }}

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

signs_of_intent as (

    select
        coalesce(events.account_id, users.account_id) as account_id,
        coalesce(events.account_id, users.account_id, events.person_id) as prospect_id,
        events.occurred_at
    from events
    inner join event_catalog on events.event_name = event_catalog.event_name
    left join users on events.person_id = users.user_id
    where event_catalog.is_intent

),

first_payments as (

    select
        account_id,
        min(started_at) as paid_at
    from paid_periods
    group by account_id

),

prospects as (

    select
        signs_of_intent.prospect_id,
        min(signs_of_intent.occurred_at) as showed_intent_at,
        max(first_payments.paid_at) as paid_at
    from signs_of_intent
    left join first_payments on signs_of_intent.account_id = first_payments.account_id
    where
        signs_of_intent.prospect_id is not null
        and (first_payments.paid_at is null or signs_of_intent.occurred_at < first_payments.paid_at)
    group by signs_of_intent.prospect_id

),

prospects_with_their_window as (

    select
        prospects.prospect_id,
        prospects.showed_intent_at,
        prospects.paid_at,
        prospects.showed_intent_at + settings.conversion_window_days * interval '1' day
            as window_ends_at
    from prospects
    cross join settings

)

select
    prospects.prospect_id,
    prospects.showed_intent_at,
    cast({{ period_start(utc_to_local('prospects.showed_intent_at'), 'week') }} as date)
        as cohort_week,
    coalesce(prospects.paid_at <= prospects.window_ends_at, false) as has_paid,
    prospects.window_ends_at <= as_of.as_of as is_mature
from prospects_with_their_window as prospects
cross join as_of
