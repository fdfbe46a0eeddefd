{#
    Says whose each event was known to be, from when till when, nobody's included.

    The user sent with the event counts from its receipt, the owner of its anonymous id from the
    moment that was known, a merged id's new name from the merging on.
#}

with

signal_events as (

    select * from {{ ref('int_signal_events') }}

),

user_names as (

    select * from {{ ref('int_user_names') }}

),

identity_claims as (

    select * from {{ ref('int_identity_claims') }}

),

sent as (

    select
        events.event_key,
        coalesce(user_names.user_id, events.user_id) as user_id,
        events.account_id,
        events.occurred_at,
        greatest(events.known_at, coalesce(user_names.known_from, events.known_at)) as known_from,
        coalesce(user_names.known_to, timestamp '9999-12-31 00:00:00') as known_to
    from signal_events as events
    left join user_names
        on events.user_id = user_names.sent_id
        and events.known_at < user_names.known_to
    where events.user_id is not null

),

claimed as (

    select
        events.event_key,
        identity_claims.user_id,
        events.account_id,
        events.occurred_at,
        greatest(events.known_at, identity_claims.known_from) as known_from,
        identity_claims.known_to
    from signal_events as events
    inner join identity_claims
        on events.anonymous_id = identity_claims.anonymous_id
        and events.occurred_at >= identity_claims.valid_from
        and events.occurred_at < identity_claims.valid_to
        and events.known_at < identity_claims.known_to
    where events.user_id is null
    union all
    select
        event_key,
        user_id,
        account_id,
        occurred_at,
        known_at as known_from,
        known_at as known_to
    from signal_events
    where user_id is null

),

claimed_with_the_next as (

    select
        claimed.*,
        lead(known_from) over (partition by event_key order by known_from asc, known_to asc)
            as next_known_from
    from claimed

)

select
    event_key,
    user_id,
    account_id,
    occurred_at,
    known_from,
    known_to
from sent
union all
select
    event_key,
    user_id,
    account_id,
    occurred_at,
    known_from,
    known_to
from claimed
where known_from < known_to
union all
select
    event_key,
    cast(null as string) as user_id,
    account_id,
    occurred_at,
    known_to as known_from,
    coalesce(next_known_from, timestamp '9999-12-31 00:00:00') as known_to
from claimed_with_the_next
where known_to < coalesce(next_known_from, timestamp '9999-12-31 00:00:00')
