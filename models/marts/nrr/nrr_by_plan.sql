{#
    How did recurring revenue move on each plan, and what went from one plan to another?

    Every column but the two transfers sums to nrr_by_month; the transfers cancel.
#}

with

movements as (

    select * from {{ ref('int_mrr_movements_by_plan') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

summed_to_plan as (

    select
        plan,
        month,
        sum(opening_mrr) as opening_mrr,
        sum(case when movement = 'new' then own_change else 0 end) as new_mrr,
        sum(case when is_whole then 0 else gain - transfer_in end) as expansion_mrr,
        sum(case when movement = 'reactivation' then own_change else 0 end) as reactivation_mrr,
        sum(case when is_whole then 0 else loss - transfer_out end) as contraction_mrr,
        sum(case when movement = 'churn' then -own_change else 0 end) as churned_mrr,
        sum(transfer_in) as transfer_in_mrr,
        sum(transfer_out) as transfer_out_mrr,
        sum(fx_mrr) as fx_mrr,
        sum(closing_mrr) as closing_mrr
    from movements
    group by plan, month

)

select
    cast(plans.plan as string) as plan,
    plans.month,
    cast(plans.opening_mrr * currency.minor_unit as decimal(18, 2)) as opening_mrr,
    cast(plans.new_mrr * currency.minor_unit as decimal(18, 2)) as new_mrr,
    cast(plans.expansion_mrr * currency.minor_unit as decimal(18, 2)) as expansion_mrr,
    cast(plans.reactivation_mrr * currency.minor_unit as decimal(18, 2)) as reactivation_mrr,
    cast(plans.contraction_mrr * currency.minor_unit as decimal(18, 2)) as contraction_mrr,
    cast(plans.churned_mrr * currency.minor_unit as decimal(18, 2)) as churned_mrr,
    cast(plans.transfer_in_mrr * currency.minor_unit as decimal(18, 2)) as transfer_in_mrr,
    cast(plans.transfer_out_mrr * currency.minor_unit as decimal(18, 2)) as transfer_out_mrr,
    cast(plans.fx_mrr * currency.minor_unit as decimal(18, 2)) as fx_mrr,
    cast(plans.closing_mrr * currency.minor_unit as decimal(18, 2)) as closing_mrr
from summed_to_plan as plans
cross join reporting_currency as currency
