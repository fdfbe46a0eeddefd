{#
    Names what each event was: the first payment is `new`, a later one after a churn
    `reactivation`, and so on as between month-ends.
#}

with

events as (

    select * from {{ ref('int_mrr_events') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

events_numbered as (

    select
        events.*,
        row_number() over (partition by account_id order by started_at) as event_number
    from events

),

last_states as (

    select
        events_numbered.*,
        coalesce(max(case when is_paying then event_number end) over so_far, 0) as last_paying,
        coalesce(max(case when not is_paying and not is_free then event_number end) over so_far, 0)
            as last_gone
    from events_numbered
    window so_far as (partition by account_id order by event_number)

),

customers as (

    select
        last_states.*,
        last_paying > last_gone as is_customer,
        coalesce(
            lag(last_paying > last_gone) over (partition by account_id order by event_number), false
        ) as was_customer,
        lag(last_paying) over (partition by account_id order by event_number) as paid_before
    from last_states

),

departures as (

    select
        customers.*,
        max(case when was_customer and not is_customer then ended_at end) over (
            partition by account_id order by event_number
        ) as away_since
    from customers

),

named as (

    select
        departures.account_id,
        departures.month,
        departures.started_at,
        departures.ended_at,
        departures.own_change_minor,
        case
            when departures.was_customer and not departures.is_customer then 'churn'
            when departures.is_customer and not departures.was_customer
                then
                    case
                        when coalesce(departures.paid_before, 0) = 0 then 'new'
                        when
                            departures.started_at > departures.away_since
                            + settings.reactivation_window_days * interval '1' day
                            then 'new'
                        else 'reactivation'
                    end
            when departures.own_change_minor > 0 then 'expansion'
            when departures.own_change_minor < 0 then 'contraction'
        end as movement
    from departures
    cross join settings

)

select
    account_id,
    month,
    started_at as happened_at,
    ended_at,
    movement,
    abs(own_change_minor) as movement_minor
from named
where movement is not null
