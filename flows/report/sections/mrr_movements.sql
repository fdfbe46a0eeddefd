-- Why MRR moved, month by month, of the last two years; the month in progress is marked.
select
    month,
    is_complete,
    opening_mrr,
    new_mrr,
    expansion_mrr,
    reactivation_mrr,
    contraction_mrr,
    churned_mrr,
    fx_mrr,
    closing_mrr,
    closing_mrr - opening_mrr as net_mrr,
    closing_accounts
from nrr.nrr_by_month
where month > (
    select max(month) - interval 24 month
    from nrr.nrr_by_month
)
order by month
