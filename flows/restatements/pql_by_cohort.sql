-- The share of each month's leads that converted; the month is over when the days of the last one
-- to qualify are.
select
    'pql_conversion_rate' as metric,
    cohorts.model as dimension,
    cohorts.month as period,
    cohorts.month + interval 1 month as ends_at,
    pql_models.conversion_days * interval 1 day as matures_in,
    cohorts.conversion_rate as value
from pql.pql_by_cohort as cohorts
inner join definitions.pql_models on cohorts.model = pql_models.model
where cohorts.segment is null
