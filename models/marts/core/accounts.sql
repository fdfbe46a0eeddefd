{# Which companies or workspaces use the product, on which plan, and since when do they pay? #}

with

accounts as (

    select * from {{ ref('int_accounts') }}

),

plan_periods as (

    select *
    from {{ ref('int_plan_periods') }}
    where not is_as_known

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

plans_in_force as (

    select
        plan_periods.account_id,
        max_by(plan_periods.plan, plan_periods.started_at) as plan
    from plan_periods
    cross join as_of
    where
        plan_periods.started_at < as_of.as_of
        and (plan_periods.ended_at is null or plan_periods.ended_at >= as_of.as_of)
    group by plan_periods.account_id

),

payments as (

    select
        paid_periods.account_id,
        min(paid_periods.started_at) as first_paid_at,
        max(
            case
                when paid_periods.ended_at is null or paid_periods.ended_at >= as_of.as_of then 1
                else 0
            end
        ) as is_paying
    from paid_periods
    cross join as_of
    where paid_periods.started_at < as_of.as_of
    group by paid_periods.account_id

)

select
    accounts.account_id,
    accounts.created_at,
    accounts.name,
    accounts.parent_account_id,
    accounts.industry,
    cast(accounts.employee_count as bigint) as employee_count,
    accounts.country,
    plans_in_force.plan,
    coalesce(payments.is_paying, 0) = 1 as is_paying,
    payments.first_paid_at,
    cast({{ without_private_properties('accounts.properties') }} as string) as properties,
    accounts.is_internal
from accounts
left join plans_in_force on accounts.account_id = plans_in_force.account_id
left join payments on accounts.account_id = payments.account_id
