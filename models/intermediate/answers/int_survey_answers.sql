{#
    Says of every answer who gave it: which plan, paying, activated and how long with us at that
    instant, and whether it is the one that counts for its user, survey and month.

    Of several in a month the latest counts; an answer with no valid score never does. An answer
    without a user is a person of its own.
#}

with

survey_responses as (

    select * from {{ ref('int_survey_responses') }}

),

plan_periods as (

    select *
    from {{ ref('int_plan_periods') }}
    where not is_as_known

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

primary_activations as (

    select * from {{ ref('int_primary_activations') }}

),

tenures as (

    select * from {{ ref('tenures') }}

),

responses_in_months as (

    select
        survey_responses.*,
        category is not null as is_valid,
        cast({{ period_start(utc_to_local('responded_at'), 'month') }} as date) as month,
        {{ days_between('signed_up_at', 'responded_at') }} as days_since_sign_up
    from survey_responses

),

responses_by_recency as (

    select
        responses_in_months.*,
        row_number() over (
            partition by
                survey,
                survey_type,
                month,
                is_valid,
                coalesce(user_id, source_id || ' ' || response_id),
                user_id is null
            order by responded_at desc, source_id desc, response_id desc
        ) as recency
    from responses_in_months

)

select
    responses.source_id,
    responses.response_id,
    responses.survey,
    responses.survey_type,
    responses.responded_at,
    responses.month,
    responses.user_id,
    responses.account_id,
    responses.score,
    responses.category,
    responses.points,
    plan_periods.plan,
    case when responses.account_id is not null then paid_periods.account_id is not null end
        as is_paying,
    case
        when activations.actor_id is not null
            then coalesce(activations.activated_at <= responses.responded_at, false)
    end as is_activated,
    tenures.tenure,
    responses.is_valid and responses.recency = 1 as is_latest
from responses_by_recency as responses
left join plan_periods
    on responses.account_id = plan_periods.account_id
    and responses.responded_at >= plan_periods.started_at
    and (plan_periods.ended_at is null or responses.responded_at < plan_periods.ended_at)
left join paid_periods
    on responses.account_id = paid_periods.account_id
    and responses.responded_at >= paid_periods.started_at
    and (paid_periods.ended_at is null or responses.responded_at < paid_periods.ended_at)
left join primary_activations as activations
    on activations.actor_id = coalesce(responses.user_id, responses.account_id)
    and activations.grain = case when responses.user_id is null then 'account' else 'user' end
left join tenures
    on responses.days_since_sign_up >= tenures.from_days
    and (tenures.to_days is null or responses.days_since_sign_up < tenures.to_days)
