{#
    Finds when an account first met a feature that its plan lacks: it tried to use the feature, or
    an event of intent names it in its property `feature`.
#}

with

features as (

    select * from {{ ref('int_features') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

plan_periods as (

    select *
    from {{ ref('int_plan_periods') }}
    where not is_as_known

),

plans as (

    select * from {{ ref('plans') }}

),

attempts as (

    select
        events.account_id,
        events.occurred_at,
        case
            when event_catalog.is_intent then {{ json_text('events.properties', 'feature') }}
            else event_catalog.feature
        end as feature
    from event_catalog
    inner join events on event_catalog.event_name = events.event_name
    where
        events.account_id is not null
        and (event_catalog.is_intent or event_catalog.feature is not null)

),

hits as (

    select
        attempts.account_id,
        attempts.feature,
        attempts.occurred_at
    from attempts
    inner join features on attempts.feature = features.feature
    left join plan_periods
        on attempts.account_id = plan_periods.account_id
        and attempts.occurred_at >= plan_periods.started_at
        and (plan_periods.ended_at is null or attempts.occurred_at < plan_periods.ended_at)
    left join plans on plan_periods.plan = plans.plan
    where features.minimum_tier > coalesce(plans.tier, -1)

)

select
    account_id,
    'feature:' || feature as met_limit,
    min(occurred_at) as hit_at
from hits
group by account_id, feature
