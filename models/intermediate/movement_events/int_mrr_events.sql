{#
    Takes an account's MRR just before and just after each event, and what the event itself did:
    per currency, what came on top counts at the month's rate, what went away at the rate of the
    month before.
#}

with

events as (

    select * from {{ ref('int_mrr_event_groups') }}

),

mrr_spans as (

    select * from {{ ref('int_mrr_spans') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

summed_to_currency as (

    select
        events.account_id,
        events.month,
        events.started_at,
        events.ended_at,
        mrr_spans.currency,
        sum(
            case when mrr_spans.started_at < events.started_at then mrr_spans.mrr_minor else 0 end
        ) as local_before,
        sum(
            case
                when mrr_spans.ended_at is null or mrr_spans.ended_at > events.ended_at
                    then mrr_spans.mrr_minor
                else 0
            end
        ) as local_after
    from events
    inner join mrr_spans
        on events.account_id = mrr_spans.revenue_account_id
        and events.ended_at >= mrr_spans.started_at
        and (mrr_spans.ended_at is null or events.started_at <= mrr_spans.ended_at)
    where not mrr_spans.is_internal
    group by
        events.account_id, events.month, events.started_at, events.ended_at, mrr_spans.currency

),

valued as (

    select
        summed_to_currency.*,
        {{ at_rate('summed_to_currency.local_after', 'rates.rate_on_hand', 'settings') }}
            as value_after,
        case
            when summed_to_currency.local_after < summed_to_currency.local_before
                then {{ at_rate(
                    'summed_to_currency.local_after - summed_to_currency.local_before',
                    'coalesce(earlier_rates.rate_on_hand, rates.rate_on_hand)',
                    'settings'
                ) }}
            else {{ at_rate(
                'summed_to_currency.local_after - summed_to_currency.local_before',
                'rates.rate_on_hand',
                'settings'
            ) }}
        end as own_change
    from summed_to_currency
    cross join settings
    inner join exchange_rates as rates
        on summed_to_currency.currency = rates.currency
        and summed_to_currency.month = rates.month
    left join exchange_rates as earlier_rates
        on summed_to_currency.currency = earlier_rates.currency
        and summed_to_currency.month = cast(earlier_rates.month + interval '1' month as date)

),

summed_to_event as (

    select
        account_id,
        month,
        started_at,
        ended_at,
        sum(value_after) > 0 as is_paying,
        sum(own_change) as own_change
    from valued
    group by account_id, month, started_at, ended_at

)

select
    events.account_id,
    events.month,
    events.started_at,
    events.ended_at,
    events.is_free,
    coalesce(summed_to_event.is_paying, false) as is_paying,
    cast(coalesce(summed_to_event.own_change, 0) as decimal(38, 4)) as own_change_minor
from events
left join summed_to_event
    on events.account_id = summed_to_event.account_id
    and events.started_at = summed_to_event.started_at
