{# Lists the months from the first in which anybody paid to the one in progress. #}

with

spans as (

    select * from {{ ref('int_mrr_spans') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

first_and_last as (

    select
        {{ period_start(utc_to_local('min(spans.started_at)'), 'month') }} as first_month,
        {{ period_start(utc_to_local('min(as_of.as_of)'), 'month') }} as last_month
    from spans
    cross join as_of
    where not spans.is_internal

),

months as (

    select {{ series('first_month', 'last_month', '1 month') }} as month
    from first_and_last
    where first_month is not null

),

months_with_ends as (

    select
        month,
        {{ local_to_utc('month') }} as started_at,
        {{ local_to_utc("month + interval '1' month") }} as ended_at
    from months

)

select
    cast(months_with_ends.month as date) as month,
    cast(months_with_ends.month - interval '1' month as date) as previous_month,
    cast(months_with_ends.month - interval '12' month as date) as month_a_year_before,
    months_with_ends.started_at,
    least(months_with_ends.ended_at, as_of.as_of) as closing_at,
    months_with_ends.ended_at <= as_of.as_of as is_complete,
    extract(
        year from months_with_ends.month
        + mod(12 + 1 - settings.fiscal_year_start_month, 12) * interval '1' month
    ) as fiscal_year
from months_with_ends
cross join as_of
cross join settings
where months_with_ends.started_at < as_of.as_of
