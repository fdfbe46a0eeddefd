{#
    How many accounts of a month paid, how many leads, and what do users say of us? The measures
    of a month's beginners and answers, and from when on each is known: the end of the month and
    of the days that its last beginner has.
#}

with

conversion_by_cohort as (

    select * from {{ ref('conversion_by_cohort') }}

),

pql_by_cohort as (

    select * from {{ ref('pql_by_cohort') }}

),

pql_models as (

    select * from {{ ref('pql_models') }}

),

feedback_by_month as (

    select * from {{ ref('feedback_by_month') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

months as (

    select
        'free_to_paid_rate' as measure,
        cast(null as string) as definition,
        conversion_by_cohort.signup_month as month,
        max(settings.conversion_window_days) as window_days,
        sum(conversion_by_cohort.mature_accounts) as base,
        cast(sum(conversion_by_cohort.converted) as double) as total
    from conversion_by_cohort
    cross join settings
    group by conversion_by_cohort.signup_month
    union all
    select
        'pql_conversion_rate' as measure,
        pql_by_cohort.model as definition,
        pql_by_cohort.month,
        pql_models.conversion_days as window_days,
        pql_by_cohort.mature as base,
        pql_by_cohort.converted as total
    from pql_by_cohort
    inner join pql_models on pql_by_cohort.model = pql_models.model
    where pql_by_cohort.segment is null
    union all
    select
        'nps' as measure,
        null as definition,
        month,
        0 as window_days,
        sum(responses) as base,
        sum(score * responses) as total
    from feedback_by_month
    where survey_type = 'nps' and segment_name is null
    group by month

)

select
    measure,
    definition,
    cast(month as date) as month,
    cast(
        cast(month as timestamp) + interval '1' month + window_days * interval '1' day as date
    ) as known_on,
    cast(base as double) as base,
    total / nullif(cast(base as double), 0) as value
from months
