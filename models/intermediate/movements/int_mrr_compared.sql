{#
    Parts what changed between the two ends of a comparison into the account's own doing and the
    market's.

    Per account and currency the lesser of the two amounts was kept. What the kept part is worth
    more or less at the later rate is the market's. All that came on top counts at the later rate,
    all that went away at the earlier one. Hence what a leaver takes along is exactly his opening
    MRR, and what a newcomer brings exactly his closing MRR.
#}

with

compared_by_plan as (

    select * from {{ ref('int_mrr_compared_by_plan') }}

),

compared_by_currency as (

    select
        comparison,
        account_id,
        base_month,
        month,
        currency,
        sum(base_local) as base_local,
        sum(current_local) as current_local,
        sum(base_mrr) as base_mrr,
        sum(current_mrr) as current_mrr,
        sum(base_at_current_rate) as base_at_current_rate,
        sum(current_at_base_rate) as current_at_base_rate
    from compared_by_plan
    group by comparison, account_id, base_month, month, currency

),

changes_by_currency as (

    select
        compared_by_currency.*,
        case
            when base_local <= 0 or current_local <= 0 then current_mrr - base_mrr
            when current_local > base_local then greatest(current_mrr - base_at_current_rate, 0)
            when current_local < base_local then least(current_at_base_rate - base_mrr, 0)
            else 0
        end as own_change
    from compared_by_currency

),

compared_by_account as (

    select
        comparison,
        account_id,
        base_month,
        month,
        sum(base_mrr) as base_mrr,
        sum(current_mrr) as current_mrr,
        sum(own_change) as own_change
    from changes_by_currency
    group by comparison, account_id, base_month, month

),

own_changes as (

    select
        compared_by_account.*,
        case
            when base_mrr <= 0 or current_mrr <= 0 then current_mrr - base_mrr
            else own_change
        end as whole_own_change
    from compared_by_account

)

select
    comparison,
    account_id,
    base_month,
    month,
    cast(base_mrr as decimal(38, 4)) as base_mrr_minor,
    cast(current_mrr as decimal(38, 4)) as current_mrr_minor,
    cast(whole_own_change as decimal(38, 4)) as own_change_minor,
    cast(current_mrr - base_mrr - whole_own_change as decimal(38, 4)) as fx_minor
from own_changes
