{# Finds the longest stretches in which an account paid without a break. #}

with

changes as (

    select * from {{ ref('int_mrr_changes') }}

),

turns as (

    select
        account_id,
        changed_at,
        mrr_minor > 0 as is_paying
    from changes
    where (mrr_minor > 0) <> (previous_mrr_minor > 0)

),

turns_with_the_next as (

    select
        account_id,
        changed_at,
        is_paying,
        lead(changed_at) over (partition by account_id order by changed_at) as next_changed_at
    from turns

)

select
    account_id,
    changed_at as started_at,
    next_changed_at as ended_at
from turns_with_the_next
where is_paying
