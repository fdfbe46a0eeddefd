{#
    Gives every answer once, as it stood last before `as_of`, with the user of today, the account
    and what the score means. Answers of our own people are left out.

    An answer without an account belongs to the account its user was a member of, else to his own.
#}

with

survey_responses as (

    select * from {{ ref('stg_native__survey_responses') }}

),

survey_categories as (

    select * from {{ ref('survey_categories') }}

),

placeholder_ids as (

    select * from {{ ref('placeholder_ids') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

users as (

    select * from {{ ref('int_users') }}

),

user_account_spans as (

    select * from {{ ref('int_user_account_spans') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

versions_by_recency as (

    select
        responses.*,
        row_number() over (
            partition by responses.source_id, responses.response_id
            order by
                coalesce(responses.updated_at, responses.responded_at) desc,
                responses.file_id desc,
                responses.line_number desc
        ) as recency
    from survey_responses as responses
    cross join as_of
    where
        responses.responded_at < as_of.as_of
        and (responses.updated_at is null or responses.updated_at < as_of.as_of)

),

responses_of_users_of_today as (

    select
        versions.*,
        case
            when placeholder_ids.placeholder_id is null
                then coalesce(user_aliases.user_id, versions.user_id)
        end as user_id_today
    from versions_by_recency as versions
    left join user_aliases on versions.user_id = user_aliases.from_id
    left join placeholder_ids on lower(versions.user_id) = placeholder_ids.placeholder_id
    where versions.recency = 1

)

select
    responses.source_id,
    responses.response_id,
    responses.survey,
    responses.survey_type,
    responses.responded_at,
    responses.user_id_today as user_id,
    coalesce(responses.account_id, spans.account_id, users.account_id) as account_id,
    responses.score,
    survey_categories.category,
    coalesce(survey_categories.points, responses.score) as points,
    users.created_at as signed_up_at
from responses_of_users_of_today as responses
left join survey_categories
    on responses.survey_type = survey_categories.survey_type
    and floor(responses.score) between survey_categories.lowest and survey_categories.highest
left join users on responses.user_id_today = users.user_id
left join user_account_spans as spans
    on responses.user_id_today = spans.user_id
    and responses.responded_at >= spans.started_at
    and (spans.ended_at is null or responses.responded_at < spans.ended_at)
left join accounts
    on coalesce(responses.account_id, spans.account_id, users.account_id) = accounts.account_id
where not coalesce(users.is_internal, false) and not coalesce(accounts.is_internal, false)
