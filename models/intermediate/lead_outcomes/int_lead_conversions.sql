{#
    Lists what a lead should turn into: an account that begins to pay, or one that pays more.
    Whoever left and comes back begins to pay again.
#}

with

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

mrr_changes as (

    select * from {{ ref('int_mrr_changes') }}

)

select
    'free_to_paid' as target,
    account_id,
    started_at as converted_at
from paid_periods
union all
select
    'expansion' as target,
    account_id,
    changed_at as converted_at
from mrr_changes
where mrr_minor > previous_mrr_minor
