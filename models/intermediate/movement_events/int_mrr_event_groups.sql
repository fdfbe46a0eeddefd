{#
    Groups changes that follow each other within the grouping minutes, and lie in one month, to
    events, and says whether the account is then on a free plan that keeps it a customer.
#}

with

instants as (

    select * from {{ ref('int_mrr_event_instants') }}

),

subscription_spans as (

    select * from {{ ref('int_subscription_spans') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

instants_in_months as (

    select
        instants.account_id,
        instants.changed_at,
        settings.event_group_minutes,
        cast({{ period_start(utc_to_local('instants.changed_at'), 'month') }} as date) as month
    from instants
    cross join settings

),

instants_after_the_previous as (

    select
        instants_in_months.*,
        lag(changed_at) over (partition by account_id, month order by changed_at)
            as previous_changed_at
    from instants_in_months

),

instants_in_events as (

    select
        account_id,
        month,
        changed_at,
        sum(
            case
                when changed_at <= previous_changed_at + event_group_minutes * interval '1' minute
                    then 0
                else 1
            end
        ) over (partition by account_id, month order by changed_at) as event_number
    from instants_after_the_previous

),

events as (

    select
        account_id,
        month,
        min(changed_at) as started_at,
        max(changed_at) as ended_at
    from instants_in_events
    group by account_id, month, event_number

),

events_before_free_plans as (

    select distinct
        events.account_id,
        events.ended_at
    from events
    inner join subscription_spans
        on events.account_id = subscription_spans.revenue_account_id
        and events.ended_at >= subscription_spans.started_at
        and (
            subscription_spans.ended_at is null
            or events.ended_at < subscription_spans.ended_at
        )
    cross join settings
    where subscription_spans.is_free and settings.free_plan = 'contraction'

)

select
    events.account_id,
    events.month,
    events.started_at,
    events.ended_at,
    free.account_id is not null as is_free
from events
left join events_before_free_plans as free
    on events.account_id = free.account_id
    and events.ended_at = free.ended_at
