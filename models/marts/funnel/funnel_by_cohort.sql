{#
    Do those who entered later come further than those who entered before?

    An actor belongs to the week in which his best attempt began, and is counted once.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_steps as (

    select * from {{ ref('int_funnel_steps') }}

),

outcome_steps as (

    select * from {{ ref('int_funnel_outcome_steps') }}

),

steps_by_week_of_entry as (

    select
        funnel,
        cast({{ period_start(utc_to_local('entered_at'), 'week') }} as date) as cohort_week,
        step_number,
        is_mature
    from outcome_steps
    where breakdown_value is null

),

weeks_entered as (

    select distinct
        funnel,
        cohort_week
    from steps_by_week_of_entry

),

counted_by_week as (

    select
        funnel,
        cohort_week,
        step_number,
        count(*) as actors,
        count(case when is_mature then 1 end) as mature_actors
    from steps_by_week_of_entry
    group by funnel, cohort_week, step_number

),

all_steps_counted as (

    select
        weeks_entered.funnel,
        weeks_entered.cohort_week,
        funnel_steps.step_number,
        coalesce(counted_by_week.actors, 0) as actors,
        coalesce(counted_by_week.mature_actors, 0) as mature_actors
    from weeks_entered
    inner join funnels on weeks_entered.funnel = funnels.funnel
    inner join funnel_steps on funnels.funnel_number = funnel_steps.funnel_number
    left join counted_by_week
        on weeks_entered.funnel = counted_by_week.funnel
        and weeks_entered.cohort_week = counted_by_week.cohort_week
        and funnel_steps.step_number = counted_by_week.step_number

),

steps_beside_their_entrants as (

    select
        all_steps_counted.*,
        max(mature_actors) over (partition by funnel, cohort_week) as mature_entrants
    from all_steps_counted

)

select
    funnel,
    cohort_week,
    cast(step_number as int) as step_number,
    cast(actors as bigint) as actors,
    cast(mature_actors as bigint) as mature_actors,
    case
        when mature_entrants >= {{ var('minimum_cohort_size') }}
            then cast(mature_actors as double) / nullif(mature_entrants, 0)
    end as rate_from_start
from steps_beside_their_entrants
