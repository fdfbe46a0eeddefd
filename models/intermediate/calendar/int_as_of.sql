{#
    Fixes the instant before which everything counts, for the whole run.

    Without a setting it is the instant after the newest thing that landed was received or
    recorded, and never later than the landing itself: a clock set wrong cannot carry a run away.
#}

with

events as (

    select * from {{ ref('int_events_landed') }}

),

subscription_versions as (

    select * from {{ ref('int_subscription_versions_landed') }}

),

loads as (

    select * from {{ ref('stg_landing__loads') }}

),

newest_of_each_stream as (

    select max(coalesce(received_at, occurred_at)) as newest_at
    from events
    union all
    select max(recorded_at) as newest_at
    from subscription_versions

),

newest_overall as (

    select max(newest_at) + interval '0.000001' second as newest_at
    from newest_of_each_stream

),

landed as (

    select max(loaded_at) as landed_at
    from loads

)

select
    cast(coalesce(
        cast(nullif('{{ var("as_of") }}', '') as timestamp),
        least(newest_overall.newest_at, landed.landed_at),
        landed.landed_at,
        timestamp '1970-01-01 00:00:00'
    ) as timestamp) as as_of
from newest_overall
cross join landed
