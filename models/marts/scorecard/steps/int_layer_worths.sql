{#
    What would closing each layer's gap bring in new MRR a month, taken by itself?

    Units a month x gap x what follows for one unit more x MRR, as in a funnel: whoever newly takes
    a step goes on as those did who took it so far, which is no proof of cause. The MRR of a new
    account is that of the last twelve months. Earning more for a customer's
    cost means more customers for the same money; keeping more of a year's revenue brings a
    twelfth of it a month.
#}

with

gaps as (

    select * from {{ ref('int_layer_gaps') }}

),

payers as (

    select * from {{ ref('int_outcomes_by_measure') }}

),

nrr_by_month as (

    select * from {{ ref('nrr_by_month') }}

),

latest_months as (

    select
        sum(new_mrr) as new_mrr,
        sum(new_accounts) as new_accounts,
        max_by(closing_mrr, month) as closing_mrr
    from nrr_by_month
    where
        is_complete
        and month > (
            select max(months.month) - interval '12' month
            from nrr_by_month as months
            where months.is_complete
        )

),

factors as (

    select
        gaps.*,
        case gaps.measure
            when 'nrr_12m_cohort' then cast(latest_months.closing_mrr as double)
            else gaps.base_a_month
        end as units_a_month,
        case
            when gaps.gap > 0 and gaps.measure = 'ltv_to_cac'
                then gaps.benchmark / nullif(gaps.value, 0) - 1
            else gaps.gap
        end as gap_factor,
        case
            when gaps.measure = 'nrr_12m_cohort' then cast(1 as double) / 12
            when payers.measure is not null then payers.payers_who_did
            else 1
        end as later_rate,
        case when gaps.measure <> 'visit_to_sign_up_rate' then payers.payers_who_did_not end
            as otherwise_rate,
        case gaps.measure
            when 'nrr_12m_cohort' then 1
            else
                cast(latest_months.new_mrr as double)
                / nullif(cast(latest_months.new_accounts as double), 0)
        end as mrr_each
    from gaps
    cross join latest_months
    left join payers
        on gaps.measure = payers.measure
        and gaps.definition is not distinct from payers.definition

)

select
    layer,
    layer_name,
    metric,
    title,
    unit,
    value,
    benchmark,
    aim,
    gap,
    shortfall,
    is_deep,
    caution,
    units,
    later,
    fed_by,
    case when has_arithmetic then units_a_month end as units_a_month,
    gap_factor,
    later_rate,
    otherwise_rate,
    mrr_each,
    case
        when gap = 0 then 0
        when has_arithmetic then units_a_month * gap_factor * later_rate * mrr_each
    end as worth
from factors
