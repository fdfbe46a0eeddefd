{#
    What share comes back after so many periods, over all cohorts old enough to tell?

    Pooled: all who came back over all who could, so that a cohort weighs what its size is, and
    cohorts of which nobody came back weigh too.
#}

with

retention_by_cohort as (

    select * from {{ ref('retention_by_cohort') }}

),

pooled_over_mature_cohorts as (

    select
        retention,
        period_number,
        sum(case when is_mature then cohort_size else 0 end) as mature_cohort_size,
        sum(retained) as retained
    from retention_by_cohort
    group by retention, period_number

)

select
    retention,
    period_number,
    cast(mature_cohort_size as bigint) as mature_cohort_size,
    cast(coalesce(retained, 0) as bigint) as retained,
    cast(retained as double) / nullif(mature_cohort_size, 0) as retention_rate
from pooled_over_mature_cohorts
