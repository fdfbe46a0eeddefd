{#
    What is each named measure worth in each complete week? The one place that the weekly review
    reads.

    A measure of a week's own beginners or doings is that week's; one that comes by the month is,
    in every week, the newest month's that was known when the week ended.
#}

with

weeks as (

    select * from {{ ref('int_weeks') }}

),

visitors as (

    select * from {{ ref('int_measures_by_visitor_week') }}

),

activation as (

    select * from {{ ref('int_measures_by_sign_up_week') }}

),

activity as (

    select * from {{ ref('int_measures_by_activity_week') }}

),

conversions as (

    select * from {{ ref('int_measures_by_conversion_month') }}

),

revenue as (

    select * from {{ ref('int_measures_by_revenue_month') }}

),

weekly as (

    select * from visitors
    union all
    select * from activation
    union all
    select * from activity

),

monthly as (

    select * from conversions
    union all
    select * from revenue

),

months_known_by_recency as (

    select
        monthly.measure,
        monthly.definition,
        weeks.week,
        monthly.month,
        monthly.base,
        monthly.value,
        row_number() over (
            partition by monthly.measure, monthly.definition, weeks.week
            order by monthly.month desc
        ) as recency
    from weeks
    inner join monthly on weeks.next_week >= monthly.known_on

)

select
    weekly.measure,
    weekly.definition,
    weekly.week,
    weekly.week as period_start,
    false as is_monthly,
    weekly.base,
    weekly.value
from weekly
inner join weeks on weekly.week = weeks.week
union all
select
    measure,
    definition,
    week,
    month as period_start,
    true as is_monthly,
    base,
    value
from months_known_by_recency
where recency = 1
