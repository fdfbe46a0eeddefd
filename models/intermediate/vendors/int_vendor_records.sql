{#
    Says of every row of a vendor whose it is and which account's: an id that may be a user's is
    one where it is known as such, else the device's; the account is the one on the row, that of
    its groups, or that of the last group call before it.
#}

with

vendor_rows as (

    select * from {{ ref('int_vendor_rows') }}

),

vendor_users as (

    select * from {{ ref('int_vendor_users') }}

),

account_groups as (

    select * from {{ ref('int_vendor_account_groups') }}

),

group_spans as (

    select * from {{ ref('int_vendor_group_spans') }}

)

select
    vendor_rows.source_id,
    vendor_rows.file_id,
    vendor_rows.line_number,
    vendor_rows.is_event,
    vendor_rows.event_id,
    vendor_rows.event_name,
    vendor_rows.occurred_at,
    vendor_rows.received_at,
    coalesce(vendor_rows.user_id, vendor_users.user_id) as user_id,
    coalesce(
        vendor_rows.anonymous_id,
        case
            when vendor_rows.user_id is null and vendor_users.user_id is null
                then vendor_rows.distinct_id
        end
    ) as anonymous_id,
    vendor_rows.person_id,
    vendor_rows.linked_id,
    vendor_rows.link,
    coalesce(
        vendor_rows.account_id,
        {{ json_item('vendor_rows.account_groups', 'account_groups.group_type') }},
        spans_of_users.account_id,
        spans_of_devices.account_id
    ) as account_id,
    vendor_rows.session_id,
    vendor_rows.properties,
    vendor_rows.user_traits,
    vendor_rows.user_traits_once,
    vendor_rows.account_traits,
    account_groups.group_type,
    vendor_rows.experiment,
    vendor_rows.variant
from vendor_rows
left join vendor_users
    on vendor_rows.user_id is null
    and vendor_rows.distinct_id = vendor_users.user_id
left join account_groups on vendor_rows.source_id = account_groups.source_id
left join group_spans as spans_of_users
    on vendor_rows.account_id is null
    and spans_of_users.kind = 'user'
    and vendor_rows.source_id = spans_of_users.source_id
    and vendor_rows.user_id = spans_of_users.id
    and vendor_rows.occurred_at >= spans_of_users.started_at
    and (
        spans_of_users.ended_at is null or vendor_rows.occurred_at < spans_of_users.ended_at
    )
left join group_spans as spans_of_devices
    on vendor_rows.account_id is null
    and vendor_rows.user_id is null
    and spans_of_devices.kind = 'device'
    and vendor_rows.source_id = spans_of_devices.source_id
    and vendor_rows.anonymous_id = spans_of_devices.id
    and vendor_rows.occurred_at >= spans_of_devices.started_at
    and (
        spans_of_devices.ended_at is null or vendor_rows.occurred_at < spans_of_devices.ended_at
    )
