{# Lists the local days of the complete weeks: the calendar that metrics for machines are read on. #}

with

weeks as (

    select * from {{ ref('int_weeks') }}

),

span as (

    select
        cast(date_trunc('month', min(week)) as timestamp) as first_day,
        cast(max(next_week) as timestamp) as last_day
    from weeks

),

days as (

    select {{ series('first_day', 'last_day', '1 day') }} as day
    from span

)

select cast(day as date) as day
from days
