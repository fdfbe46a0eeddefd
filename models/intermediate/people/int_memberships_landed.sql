{#
    Lists who belongs to which account: the native stream and, for users it does not name, the
    accounts that vendors saw them in, from the first time on.
#}

with

native_memberships as (

    select * from {{ ref('stg_native__account_memberships') }}

),

vendor_records as (

    select * from {{ ref('int_vendor_records') }}

)

select
    user_id,
    account_id,
    joined_at,
    left_at,
    role,
    file_id,
    line_number
from native_memberships
union all
select
    user_id,
    account_id,
    min(occurred_at) as joined_at,
    cast(null as timestamp) as left_at,
    cast(null as string) as role,
    min(file_id) as file_id,
    min(line_number) as line_number
from vendor_records
where
    user_id is not null
    and account_id is not null
    and user_id not in (select native_memberships.user_id from native_memberships)
group by user_id, account_id
