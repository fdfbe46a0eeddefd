-- What revenue did in each month that is over, and how much of it was kept.
select
    metric,
    cast(null as varchar) as dimension,
    month as period,
    month + interval 1 month as ends_at,
    interval 0 second as matures_in,
    value
from (
    unpivot (
        select
            month,
            cast(closing_mrr as double) as closing_mrr,
            cast(new_mrr as double) as new_mrr,
            cast(expansion_mrr as double) as expansion_mrr,
            cast(reactivation_mrr as double) as reactivation_mrr,
            cast(contraction_mrr as double) as contraction_mrr,
            cast(churned_mrr as double) as churned_mrr,
            cast(fx_mrr as double) as fx_mrr,
            nrr_month,
            grr_month,
            nde_month,
            nrr_12m_cohort,
            grr_12m_cohort,
            nrr_12m_compounded,
            grr_12m_compounded
        from nrr.nrr_by_month
        where is_complete
    )
    on columns(* exclude month)
    into name metric value value
)
