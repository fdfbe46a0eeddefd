{# Stacks what the vendors of product analytics sent, read into one shape. #}

with

segment_events as (

    select * from {{ ref('stg_segment__events') }}

),

rudderstack_events as (

    select * from {{ ref('stg_rudderstack__events') }}

),

posthog_events as (

    select * from {{ ref('stg_posthog__events') }}

),

amplitude_events as (

    select * from {{ ref('stg_amplitude__events') }}

),

mixpanel_events as (

    select * from {{ ref('stg_mixpanel__events') }}

),

rows_of_all_vendors as (

    select * from segment_events
    union all
    select * from rudderstack_events
    union all
    select * from posthog_events
    union all
    select * from amplitude_events
    union all
    select * from mixpanel_events

)

select
    source_id,
    file_id,
    line_number,
    is_event,
    event_id,
    event_name,
    occurred_at,
    received_at,
    user_id,
    anonymous_id,
    distinct_id,
    is_known_user,
    person_id,
    linked_id,
    link,
    account_id,
    account_groups,
    session_id,
    user_agent,
    properties,
    user_traits,
    user_traits_once,
    account_traits,
    experiment,
    variant
from rows_of_all_vendors
