{#
    Says which type of group is the account, source by source: the one that settings name, else
    the only one there is, else `company`.
#}

with

vendor_rows as (

    select * from {{ ref('int_vendor_rows') }}

),

groups_as_sent as (

    select distinct
        source_id,
        account_groups
    from vendor_rows
    where account_groups is not null

),

groups_apart as (

    select
        source_id,
        {{ json_members('account_groups') }} as member
    from groups_as_sent

),

types as (

    select distinct
        source_id,
        member.key as group_type
    from groups_apart

)

select
    source_id,
    coalesce(
        {{ account_group('source_id') }},
        case when count(*) = 1 then min(group_type) else 'company' end
    ) as group_type
from types
group by source_id
