{#
    Says whose revenue an account's subscriptions are: its own, or, where settings count parents
    as the customer, that of the account at the top, up to sixteen levels above it.
#}

with

accounts as (

    select * from {{ ref('int_accounts') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

one_level_up as (

    select
        accounts.account_id,
        accounts.is_internal,
        case
            when settings.account_grain = 'parent'
                then coalesce(accounts.parent_account_id, accounts.account_id)
            else accounts.account_id
        end as above_id
    from accounts
    cross join settings

),

two_levels_up as (

    select
        near.account_id,
        near.is_internal,
        coalesce(far.above_id, near.above_id) as above_id
    from one_level_up as near
    left join one_level_up as far on near.above_id = far.account_id

),

four_levels_up as (

    select
        near.account_id,
        near.is_internal,
        coalesce(far.above_id, near.above_id) as above_id
    from two_levels_up as near
    left join two_levels_up as far on near.above_id = far.account_id

),

sixteen_levels_up as (

    select
        near.account_id,
        near.is_internal,
        coalesce(farthest.above_id, further.above_id, far.above_id, near.above_id) as above_id
    from four_levels_up as near
    left join four_levels_up as far on near.above_id = far.account_id
    left join four_levels_up as further on far.above_id = further.account_id
    left join four_levels_up as farthest on further.above_id = farthest.account_id

)

select
    account_id,
    above_id as revenue_account_id,
    is_internal
from sixteen_levels_up
