{#
    How many people use the product on a day, in a week, in a month?

    Distinct people over days of the calendar: everybody counts from an active day until the
    trailing window behind it closes or the next active day takes over.
#}

with

active_days as (

    select * from {{ ref('int_active_days') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

days as (

    select
        cast(period_start as date) as day,
        is_complete
    from periods
    where period = 'day'

),

active_days_before_their_next as (

    select
        active_on,
        cast(active_on + interval '7' day as date) as left_week_on,
        cast(active_on + interval '28' day as date) as left_month_on,
        lead(active_on) over (partition by person_id order by active_on asc) as next_active_on
    from active_days

),

comings_and_goings as (

    select
        active_on as day,
        1 as active_people,
        1 as week_change,
        1 as month_change
    from active_days_before_their_next
    union all
    select
        least(left_week_on, coalesce(next_active_on, left_week_on)) as day,
        0 as active_people,
        -1 as week_change,
        0 as month_change
    from active_days_before_their_next
    union all
    select
        least(left_month_on, coalesce(next_active_on, left_month_on)) as day,
        0 as active_people,
        0 as week_change,
        -1 as month_change
    from active_days_before_their_next

),

changes_by_day as (

    select
        day,
        sum(active_people) as active_people,
        sum(week_change) as week_change,
        sum(month_change) as month_change
    from comings_and_goings
    group by day

),

added_up_over_days as (

    select
        days.day,
        days.is_complete,
        coalesce(changes_by_day.active_people, 0) as dau,
        sum(coalesce(changes_by_day.week_change, 0)) over running as wau,
        sum(coalesce(changes_by_day.month_change, 0)) over running as mau
    from days
    left join changes_by_day on days.day = changes_by_day.day
    window running as (
        order by days.day asc
        rows between unbounded preceding and current row
    )

)

select
    day,
    cast(dau as bigint) as dau,
    cast(wau as bigint) as wau,
    cast(mau as bigint) as mau,
    cast(dau as double) / nullif(mau, 0) as dau_to_mau,
    cast(dau as double) / nullif(wau, 0) as dau_to_wau,
    is_complete
from added_up_over_days
