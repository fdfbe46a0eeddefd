{#
    Does the flywheel turn? How many people came, saw value, got what they came for, and brought
    or praised us to others, week by week; and how often the core action happened.

    A person counts once a week in each stage, in every week in which it happened.
#}

with

weeks as (

    select * from {{ ref('int_weeks') }}

),

stage_moments as (

    select * from {{ ref('int_stage_moments') }}

),

moments_in_weeks as (

    select
        stage,
        actor_id,
        cast({{ period_start(utc_to_local('happened_at'), 'week') }} as date) as week
    from stage_moments

),

counted as (

    select
        weeks.week,
        count(distinct case when moments.stage = 'attracted' then moments.actor_id end)
            as attracted,
        count(distinct case when moments.stage = 'engaged' then moments.actor_id end) as engaged,
        count(distinct case when moments.stage = 'delighted' then moments.actor_id end)
            as delighted,
        count(distinct case when moments.stage = 'advocate' then moments.actor_id end)
            as advocates,
        count(distinct case when moments.stage = 'active_account' then moments.actor_id end)
            as active_accounts,
        count(case when moments.stage = 'delighted' then 1 end) as north_star
    from weeks
    left join moments_in_weeks as moments on weeks.week = moments.week
    group by weeks.week

)

select
    week,
    cast(attracted as bigint) as attracted,
    cast(engaged as bigint) as engaged,
    cast(delighted as bigint) as delighted,
    cast(advocates as bigint) as advocates,
    cast(active_accounts as bigint) as active_accounts,
    cast(north_star as bigint) as north_star,
    cast(north_star as double) / nullif(cast(active_accounts as double), 0)
        as north_star_per_active_account
from counted
