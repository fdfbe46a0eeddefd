{#
    Says which plan was in force for an account, and when: of several, the one of the highest tier.

    Trials count. Where no subscription is in force, the account is on the lowest plan that is
    neither paid nor a trial, if we have one.
#}

with

spans as (

    select * from {{ ref('int_subscription_spans') }}

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
        account_id,
        created_at as started_at
    from accounts
    union
    select
        account_id,
        started_at
    from spans
    union
    select
        account_id,
        ended_at as started_at
    from spans
    where ended_at is not null

),

plans_in_order as (

    select
        instants.account_id,
        instants.started_at,
        coalesce(spans.plan, free_plans.plan) as plan,
        coalesce(max(spans.mrr_minor) over (
            partition by instants.account_id, instants.started_at
        ), 0) > 0 as is_paid,
        row_number() over (
            partition by instants.account_id, instants.started_at
            order by
                plans.tier desc nulls last,
                spans.mrr_minor desc nulls last,
                spans.version_key asc
        ) as preference
    from instants
    cross join free_plans
    left join spans
        on instants.account_id = spans.account_id
        and instants.started_at >= spans.started_at
        and (spans.ended_at is null or instants.started_at < spans.ended_at)
        and spans.is_in_force
    left join plans on spans.plan = plans.plan

),

plans_after_the_previous as (

    select
        plans_in_order.*,
        lag(plan) over account_history as previous_plan,
        lag(is_paid) over account_history as was_paid
    from plans_in_order
    where preference = 1
    window account_history as (partition by account_id order by started_at)

),

changes as (

    select
        plans_after_the_previous.*,
        lead(started_at) over (partition by account_id order by started_at) as ended_at
    from plans_after_the_previous
    where plan is distinct from previous_plan or is_paid is distinct from was_paid

)

select
    account_id,
    plan,
    started_at,
    ended_at,
    is_paid
from changes
where plan is not null
