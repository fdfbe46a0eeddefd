{#
    How many of those who signed up in a week saw value, how fast, and how many came back?

    Only mature ones count; a week without any has no row.
#}

with

activation_by_cohort as (

    select * from {{ ref('activation_by_cohort') }}

),

activation_by_user as (

    select * from {{ ref('activation_by_user') }}

),

retention_by_cohort as (

    select * from {{ ref('retention_by_cohort') }}

),

retentions as (

    select * from {{ ref('retentions') }}

)

select
    'activation_rate' as measure,
    activation as definition,
    cohort_week as week,
    cast(mature as double) as base,
    activation_rate as value
from activation_by_cohort
where activation_rate is not null
union all
select
    'median_hours_to_value' as measure,
    activation as definition,
    cohort_week as week,
    activated as base,
    median_seconds_to_value / nullif({{ period_length("'hour'", 'second') }}, 0) as value
from activation_by_cohort
where median_seconds_to_value is not null
union all
select
    'first_session_value_rate' as measure,
    activation as definition,
    cast({{ period_start(utc_to_local('signed_up_at'), 'week') }} as date) as week,
    count(*) as base,
    avg(case when activated_in_first_session then 1e0 else 0 end) as value
from activation_by_user
where is_mature
group by activation, {{ period_start(utc_to_local('signed_up_at'), 'week') }}
union all
select
    'week_4_retention' as measure,
    retention_by_cohort.retention as definition,
    cast(retention_by_cohort.cohort_start as date) as week,
    retention_by_cohort.cohort_size as base,
    retention_by_cohort.retention_rate as value
from retention_by_cohort
inner join retentions on retention_by_cohort.retention = retentions.retention
where
    retentions.period = 'week'
    and retention_by_cohort.period_number = {{ var('scorecard_retention_week') }}
    and retention_by_cohort.is_mature
