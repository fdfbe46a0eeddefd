-- What the accounts of a year ago pay now, with and without expansion.
select
    month,
    nrr_12m_cohort,
    grr_12m_cohort,
    logo_churn_rate,
    quick_ratio,
    arpa
from nrr.nrr_by_month
where
    is_complete
    and month > (
        select max(month) - interval 24 month
        from nrr.nrr_by_month
    )
order by month
