{#
    Repeats every answer that counts for each segment it belongs to: all, the plan, paying or not,
    activated or not, and the time since sign-up. What is unknown is a segment of its own.
#}

with

survey_answers as (

    select * from {{ ref('int_survey_answers') }}

),

answers_that_count as (

    select *
    from survey_answers
    where is_latest

)

select
    survey,
    survey_type,
    month,
    category,
    points,
    cast(null as string) as segment_name,
    cast(null as string) as segment
from answers_that_count
union all
select
    survey,
    survey_type,
    month,
    category,
    points,
    'plan' as segment_name,
    coalesce(plan, '') as segment
from answers_that_count
union all
select
    survey,
    survey_type,
    month,
    category,
    points,
    'is_paying' as segment_name,
    coalesce(cast(is_paying as string), '') as segment
from answers_that_count
union all
select
    survey,
    survey_type,
    month,
    category,
    points,
    'is_activated' as segment_name,
    coalesce(cast(is_activated as string), '') as segment
from answers_that_count
union all
select
    survey,
    survey_type,
    month,
    category,
    points,
    'tenure' as segment_name,
    coalesce(tenure, '') as segment
from answers_that_count
