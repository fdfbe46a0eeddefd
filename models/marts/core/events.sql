{#
    What happened, and whose act was it?

    Every event once, whoever sent it how often; our own people's and robots' are here too and
    marked. Properties that hold personal data are left out.
#}

with

events as (

    select * from {{ ref('int_events') }}

)

select
    source_id,
    event_id,
    event_name,
    occurred_at,
    received_at,
    person_id,
    user_id,
    anonymous_id,
    account_id,
    session_id,
    cast({{ without_private_properties('properties') }} as string) as properties,
    is_internal
from events
