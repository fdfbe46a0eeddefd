{# Gives every member of a cohort one row for each period in which he may come back. #}

with

settings as (

    select * from {{ ref('int_retention_settings') }}

),

cohorts as (

    select * from {{ ref('int_retention_cohorts') }}

),

periods as (

    select * from {{ ref('int_retention_periods') }}

)

select
    settings.retention,
    settings.kind,
    settings.min_returns,
    cohorts.actor_id,
    cohorts.cohort_start,
    periods.period_number,
    periods.periods_since,
    cohorts.cohort_number + periods.periods_since as calendar_number
from settings
inner join cohorts on settings.retention = cohorts.retention
inner join periods on settings.retention = periods.retention
