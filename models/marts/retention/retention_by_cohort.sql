{#
    Of those who started together, how many came back one, two, three periods later?

    A cell is empty until its period has ended: a cohort of yesterday has not been lost.
#}

with

settings as (

    select * from {{ ref('int_retention_settings') }}

),

retention_periods as (

    select distinct
        retention,
        period_number,
        last_period_number
    from {{ ref('int_retention_periods') }}

),

cohort_sizes as (

    select * from {{ ref('int_retention_cohort_sizes') }}

),

returns as (

    select * from {{ ref('int_retention_returns') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

last_complete_periods as (

    select
        period,
        coalesce(
            max(case when is_complete or not {{ var('wait_for_maturity') }} then period_number end),
            0
        ) as period_number
    from periods
    group by period

),

members_who_came_back as (

    select
        retention,
        cohort_start,
        period_number,
        count(*) as retained
    from returns
    group by retention, cohort_start, period_number

),

cells as (

    select
        cohort_sizes.retention,
        cohort_sizes.cohort_start,
        retention_periods.period_number,
        cohort_sizes.cohort_size,
        coalesce(members_who_came_back.retained, 0) as retained,
        cohort_sizes.cohort_number <= last_complete_periods.period_number
        and case settings.kind
            when 'rolling'
                then
                    {{ seconds_between('cohort_sizes.last_started_at', 'as_of.as_of') }}
                    >= (
                        retention_periods.last_period_number
                        + case when {{ var('wait_for_maturity') }} then 1 else 0 end
                    )
                    * {{ period_length('settings.period', 'second') }}
            else
                cohort_sizes.cohort_number + retention_periods.last_period_number
                <= last_complete_periods.period_number
        end as is_mature
    from settings
    inner join cohort_sizes on settings.retention = cohort_sizes.retention
    inner join retention_periods on settings.retention = retention_periods.retention
    inner join last_complete_periods on settings.period = last_complete_periods.period
    cross join as_of
    left join members_who_came_back
        on cohort_sizes.retention = members_who_came_back.retention
        and cohort_sizes.cohort_start = members_who_came_back.cohort_start
        and retention_periods.period_number = members_who_came_back.period_number

)

select
    retention,
    cast(cohort_start as timestamp) as cohort_start,
    cast(period_number as bigint) as period_number,
    cast(cohort_size as bigint) as cohort_size,
    cast(case when is_mature then retained end as bigint) as retained,
    case
        when is_mature and cohort_size >= {{ var('minimum_cohort_size') }}
            then cast(retained as double) / nullif(cohort_size, 0)
    end as retention_rate,
    is_mature
from cells
