{#
    Sums the uses of features, as the event catalogue names them, to users, accounts and months.

    What a user did before the sign-up is the use of a visitor and left out.
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

uses as (

    select
        event_catalog.feature,
        events.user_id,
        events.account_id,
        events.occurred_at,
        {{ period_start(utc_to_local('events.occurred_at'), 'month') }} as month
    from events
    inner join event_catalog on events.event_name = event_catalog.event_name
    left join users on events.user_id = users.user_id
    where
        event_catalog.feature is not null
        and (users.user_id is null or events.occurred_at >= users.created_at)

)

select
    feature,
    user_id,
    account_id,
    cast(month as date) as month,
    min(occurred_at) as first_used_at,
    max(occurred_at) as last_used_at,
    count(*) as uses
from uses
group by feature, user_id, account_id, month
