{#
    Says which plan an account was on after each change of its subscriptions: of several in force,
    the one of the highest tier.

    Trials count. Where no subscription is in force, the account is on the lowest plan that is
    neither paid nor a trial, if we have one.
#}

with

tellings as (

    select * from {{ ref('int_subscription_tellings') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

plans as (

    select * from {{ ref('plans') }}

),

free_plans as (

    select min_by(plan, tier) as plan
    from plans
    where not is_paid and not coalesce(is_trial, false)

),

instants as (

    select
        is_as_known,
        account_id,
        started_at
    from tellings
    union
    select
        is_as_known,
        account_id,
        ended_at as started_at
    from tellings
    where ended_at is not null
    union
    select
        true as is_as_known,
        account_id,
        created_at as started_at
    from accounts
    union
    select
        false as is_as_known,
        account_id,
        created_at as started_at
    from accounts

),

plans_in_order as (

    select
        instants.is_as_known,
        instants.account_id,
        instants.started_at,
        coalesce(tellings.plan, free_plans.plan) as plan,
        coalesce(max(tellings.mrr_minor) over (
            partition by instants.is_as_known, instants.account_id, instants.started_at
        ), 0) > 0 as is_paid,
        row_number() over (
            partition by instants.is_as_known, instants.account_id, instants.started_at
            order by
                plans.tier desc nulls last,
                tellings.mrr_minor desc nulls last,
                tellings.version_key asc
        ) as preference
    from instants
    cross join free_plans
    left join tellings
        on instants.is_as_known = tellings.is_as_known
        and instants.account_id = tellings.account_id
        and instants.started_at >= tellings.started_at
        and (tellings.ended_at is null or instants.started_at < tellings.ended_at)
        and tellings.is_in_force
    left join plans on tellings.plan = plans.plan

)

select
    is_as_known,
    account_id,
    started_at,
    plan,
    is_paid
from plans_in_order
where preference = 1
