{#
    Counts the users at the end of every month by the highest tier of the plans of their accounts:
    their own and those of which they were members then.
#}

with

months as (

    select * from {{ ref('int_adoption_months') }}

),

users as (

    select * from {{ ref('int_users') }}

),

memberships as (

    select * from {{ ref('int_account_memberships') }}

),

plan_periods as (

    select *
    from {{ ref('int_plan_periods') }}
    where not is_as_known

),

plans as (

    select * from {{ ref('plans') }}

),

accounts_of_users as (

    select
        user_id,
        account_id,
        created_at as joined_at,
        cast(null as timestamp) as left_at
    from users
    where account_id is not null
    union all
    select
        user_id,
        account_id,
        joined_at,
        left_at
    from memberships

),

tiers_of_accounts as (

    select
        months.month,
        months.counted_until,
        plan_periods.account_id,
        plans.tier
    from months
    inner join plan_periods
        on months.counted_until > plan_periods.started_at
        and (plan_periods.ended_at is null or months.counted_until <= plan_periods.ended_at)
    inner join plans on plan_periods.plan = plans.plan

),

tiers_of_users as (

    select
        tiers_of_accounts.month,
        accounts_of_users.user_id,
        max(tiers_of_accounts.tier) as tier
    from tiers_of_accounts
    inner join accounts_of_users
        on tiers_of_accounts.account_id = accounts_of_users.account_id
        and tiers_of_accounts.counted_until > accounts_of_users.joined_at
        and (
            accounts_of_users.left_at is null
            or tiers_of_accounts.counted_until <= accounts_of_users.left_at
        )
    group by tiers_of_accounts.month, accounts_of_users.user_id

)

select
    months.month,
    coalesce(tiers_of_users.tier, 0) as tier,
    count(*) as users
from months
inner join users on months.counted_until > users.created_at
left join tiers_of_users
    on users.user_id = tiers_of_users.user_id
    and months.month = tiers_of_users.month
where not users.is_internal
group by months.month, coalesce(tiers_of_users.tier, 0)
