{#
    Lists what each signal of each actor rests on, from when till when that was known.

    A signal on several users, seats, features or days has an `item`: what is told apart. A
    condition on the user holds while it held on what was known of him. An event that several
    alternatives match is one fact.
#}

with

signals as (

    select * from {{ ref('int_signals') }}

),

matches as (

    select * from {{ ref('int_signal_matches') }}

),

attribute_matches as (

    select * from {{ ref('int_attribute_matches') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

),

matches_as_known as (

    select
        matches.signal_number,
        matches.actor_id,
        matches.event_key,
        matches.event_name,
        matches.occurred_at,
        greatest(matches.known_from, coalesce(attributes.known_from, matches.known_from))
            as known_from,
        least(matches.known_to, coalesce(attributes.known_to, matches.known_to)) as known_to,
        matches.occurred_at + signals.within_days * interval '1' day
        + interval '0.000001' second as left_at,
        matches.occurred_at + (signals.within_days + signals.within_days) * interval '1' day
        + interval '0.000001' second as left_earlier_at,
        case signals.source
            when 'distinct_users' then matches.user_id
            when 'seats' then matches.user_id
            when 'distinct_features' then event_catalog.feature
            when 'active_days'
                then cast(cast({{ utc_to_local('matches.occurred_at') }} as date) as string)
        end as item
    from matches
    inner join signals on matches.signal_number = signals.signal_number
    left join event_catalog on matches.event_name = event_catalog.event_name
    left join attribute_matches as attributes
        on attributes.kind = 'pql'
        and signals.model = attributes.definition
        and signals.signal = attributes.part
        and matches.alternative = attributes.alternative
        and coalesce(matches.user_id, '') = attributes.subject_id
        and matches.known_from < attributes.known_to
        and matches.known_to > attributes.known_from
    where matches.alternative is null or attributes.part is not null

),

matched_more_than_once as (

    select
        signal_number,
        event_key
    from matches_as_known
    group by signal_number, event_key
    having count(*) > 1

),

matches_after_earlier_ones as (

    select
        told.*,
        cast(null as timestamp) as known_until
    from matches_as_known as told
    left join matched_more_than_once as repeated
        on told.signal_number = repeated.signal_number and told.event_key = repeated.event_key
    where repeated.event_key is null
    union all
    select
        told.*,
        max(told.known_to) over (
            partition by told.signal_number, told.actor_id, told.event_key, told.item
            order by told.known_from asc, told.known_to asc
            rows between unbounded preceding and 1 preceding
        ) as known_until
    from matches_as_known as told
    inner join matched_more_than_once as repeated
        on told.signal_number = repeated.signal_number and told.event_key = repeated.event_key

)

select
    signal_number,
    actor_id,
    item,
    event_key,
    event_name,
    occurred_at,
    coalesce(left_at, timestamp '9999-12-31 00:00:00') as left_at,
    left_earlier_at,
    greatest(known_from, coalesce(known_until, known_from)) as known_from,
    known_to,
    known_until is null or known_from > known_until as is_news
from matches_after_earlier_ones
where known_until is null or known_to > known_until
