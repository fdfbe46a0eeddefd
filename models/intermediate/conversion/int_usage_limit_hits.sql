{#
    Finds when an account first met a limit of the plan in force: the uses it allows in a calendar
    month, or the seats it has.
#}

with

plans as (

    select * from {{ ref('plans') }}

),

plan_periods as (

    select *
    from {{ ref('int_plan_periods') }}
    where not is_as_known

),

events as (

    select * from {{ ref('int_events_counted') }}

),

memberships as (

    select * from {{ ref('int_account_memberships') }}

),

limited_uses as (

    select
        events.account_id,
        events.occurred_at,
        plans.plan,
        plans.usage_limit,
        row_number() over (
            partition by
                events.account_id, plans.usage_event,
                {{ period_start(utc_to_local('events.occurred_at'), 'month') }}
            order by events.occurred_at, events.event_key
        ) as use_number
    from plans
    inner join events on plans.usage_event = events.event_name
    inner join plan_periods
        on events.account_id = plan_periods.account_id
        and plans.plan = plan_periods.plan
        and events.occurred_at >= plan_periods.started_at
        and (plan_periods.ended_at is null or events.occurred_at < plan_periods.ended_at)

),

seats_taken as (

    select
        newcomers.account_id,
        newcomers.joined_at,
        count(distinct members.user_id) as seats
    from memberships as newcomers
    inner join memberships as members
        on newcomers.account_id = members.account_id
        and newcomers.joined_at >= members.joined_at
        and (members.left_at is null or newcomers.joined_at < members.left_at)
    group by newcomers.account_id, newcomers.joined_at

),

hits as (

    select
        account_id,
        'usage_limit:' || plan as met_limit,
        occurred_at as hit_at
    from limited_uses
    where use_number >= usage_limit
    union all
    select
        seats_taken.account_id,
        'seat_limit:' || plans.plan as met_limit,
        seats_taken.joined_at as hit_at
    from seats_taken
    inner join plan_periods
        on seats_taken.account_id = plan_periods.account_id
        and seats_taken.joined_at >= plan_periods.started_at
        and (plan_periods.ended_at is null or seats_taken.joined_at < plan_periods.ended_at)
    inner join plans
        on plan_periods.plan = plans.plan
        and seats_taken.seats >= plans.seat_limit

)

select
    account_id,
    met_limit,
    min(hit_at) as hit_at
from hits
group by account_id, met_limit
