{#
    Of those who signed up in the same week, what share was activated, and how fast?

    Only those whose window has ended are in the rate: yesterday's sign-ups have hardly had the time
    to be activated, and a rate that counts them always sags at its end.
#}

with

activation_by_actor as (

    select * from {{ ref('int_activation_by_actor') }}

),

actors_by_week_of_sign_up as (

    select
        activation,
        grain,
        cast({{ period_start(utc_to_local('signed_up_at'), 'week') }} as date) as cohort_week,
        is_mature,
        case when is_mature and is_activated then seconds_to_value end as seconds_to_value
    from activation_by_actor

),

summed_to_cohorts as (

    select
        activation,
        grain,
        cohort_week,
        count(*) as signed_up,
        count(case when is_mature then 1 end) as mature,
        count(case when not is_mature then 1 end) as pending,
        count(seconds_to_value) as activated,
        percentile_cont(0.50) within group (order by seconds_to_value asc) as median_seconds,
        percentile_cont(0.75) within group (order by seconds_to_value asc) as p75_seconds,
        percentile_cont(0.90) within group (order by seconds_to_value asc) as p90_seconds
    from actors_by_week_of_sign_up
    group by activation, grain, cohort_week

)

select
    activation,
    grain,
    cohort_week,
    cast(signed_up as bigint) as signed_up,
    cast(mature as bigint) as mature,
    cast(pending as bigint) as pending,
    cast(activated as bigint) as activated,
    case
        when mature >= {{ var('minimum_cohort_size') }}
            then cast(activated as double) / nullif(mature, 0)
    end as activation_rate,
    cast(median_seconds as double) as median_seconds_to_value,
    cast(p75_seconds as double) as p75_seconds_to_value,
    cast(p90_seconds as double) as p90_seconds_to_value
from summed_to_cohorts
