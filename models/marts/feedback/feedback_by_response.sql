{# What did each user answer, and what was he to us then? #}

with

survey_answers as (

    select * from {{ ref('int_survey_answers') }}

)

select
    source_id,
    response_id,
    survey,
    survey_type,
    user_id,
    account_id,
    cast(responded_at as timestamp) as responded_at,
    cast(score as double) as score,
    category,
    plan,
    is_paying,
    is_activated,
    tenure,
    is_latest
from survey_answers
