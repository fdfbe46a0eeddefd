{#
    Says from when till when a group call counts for the events after it: until the next group call
    of the same user or, while nobody is known there, on the same device.
#}

with

vendor_rows as (

    select * from {{ ref('int_vendor_rows') }}

),

group_calls as (

    select
        source_id,
        'user' as kind,
        user_id as id,
        account_id,
        occurred_at,
        file_id,
        line_number
    from vendor_rows
    where not is_event and event_name = 'group' and user_id is not null
    union all
    select
        source_id,
        'device' as kind,
        anonymous_id as id,
        account_id,
        occurred_at,
        file_id,
        line_number
    from vendor_rows
    where
        not is_event
        and event_name = 'group'
        and user_id is null
        and anonymous_id is not null

)

select
    source_id,
    kind,
    id,
    account_id,
    occurred_at as started_at,
    lead(occurred_at) over (
        partition by source_id, kind, id
        order by occurred_at asc, file_id asc, line_number asc
    ) as ended_at
from group_calls
