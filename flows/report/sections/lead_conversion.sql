-- Do leads convert, and better than those who never qualified?
select
    cohorts.model,
    models.grain,
    models.target,
    models.conversion_days,
    cohorts.month,
    cohorts.qualified,
    cohorts.mature,
    cohorts.converted,
    cohorts.conversion_rate,
    cohorts.baseline_rate,
    cohorts.lift
from pql.pql_by_cohort as cohorts
inner join definitions.pql_models as models
    on cohorts.model = models.model
where
    cohorts.segment is null
    and cohorts.month > (
        select max(month) - interval 24 month
        from pql.pql_by_cohort
    )
order by cohorts.model, cohorts.month
