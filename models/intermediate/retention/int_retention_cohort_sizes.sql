{# Counts the members of each cohort, and says when the last of them started. #}

with

cohorts as (

    select * from {{ ref('int_retention_cohorts') }}

)

select
    retention,
    cohort_start,
    cohort_number,
    count(*) as cohort_size,
    max(started_at) as last_started_at
from cohorts
group by retention, cohort_start, cohort_number
