-- Every retention, pooled over the cohorts that are old enough for the period.
select
    curves.retention,
    retentions.grain,
    retentions.period,
    retentions.kind,
    retentions.cohort,
    curves.period_number,
    curves.mature_cohort_size,
    curves.retained,
    curves.retention_rate
from retention.retention_by_period as curves
inner join definitions.retentions as retentions
    on curves.retention = retentions.retention
order by curves.retention, curves.period_number
