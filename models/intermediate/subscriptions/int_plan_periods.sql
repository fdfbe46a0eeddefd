{#
    Says which plan was in force for an account, and when; once as we know it today, and once as
    it was known at the time.
#}

with

plans_in_force as (

    select * from {{ ref('int_plans_in_force') }}

),

plans_after_the_previous as (

    select
        plans_in_force.*,
        lag(plan) over account_history as previous_plan,
        lag(is_paid) over account_history as was_paid
    from plans_in_force
    window account_history as (partition by is_as_known, account_id order by started_at)

),

changes as (

    select
        plans_after_the_previous.*,
        lead(started_at) over (
            partition by is_as_known, account_id
            order by started_at
        ) as ended_at
    from plans_after_the_previous
    where plan is distinct from previous_plan or is_paid is distinct from was_paid

)

select
    is_as_known,
    account_id,
    plan,
    started_at,
    ended_at,
    is_paid
from changes
where plan is not null
