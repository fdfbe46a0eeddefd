{#
    Lists the instants at which an account's MRR changed, before and after at one rate, so that a
    change is never the market's.
#}

with

spans as (

    select * from {{ ref('int_mrr_spans') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

instants as (

    select
        account_id,
        started_at as changed_at
    from spans
    union
    select
        account_id,
        ended_at as changed_at
    from spans
    where ended_at is not null

),

instants_in_months as (

    select
        account_id,
        changed_at,
        cast({{ period_start(utc_to_local('changed_at'), 'month') }} as date) as month
    from instants

),

spans_around_instants as (

    select
        instants.account_id,
        instants.changed_at,
        spans.started_at < instants.changed_at as was_running,
        spans.ended_at is null or spans.ended_at > instants.changed_at as is_running,
        case
            when exchange_rates.rate_on_hand is null and not spans.is_internal
                then {{ stop_run(
                    "'exchange rate missing: ' || spans.currency || ' in '"
                    ~ " || cast(instants.month as string)"
                ) }}
            else {{ at_rate(
                'spans.mrr_minor', 'coalesce(exchange_rates.rate_on_hand, 1)', 'settings'
            ) }}
        end as mrr_minor
    from instants_in_months as instants
    inner join spans
        on instants.account_id = spans.account_id
        and instants.changed_at >= spans.started_at
        and (spans.ended_at is null or instants.changed_at <= spans.ended_at)
    left join exchange_rates
        on instants.month = exchange_rates.month
        and spans.currency = exchange_rates.currency
    cross join settings

),

summed_to_instant as (

    select
        account_id,
        changed_at,
        sum(case when is_running then mrr_minor else 0 end) as mrr_minor,
        sum(case when was_running then mrr_minor else 0 end) as previous_mrr_minor
    from spans_around_instants
    group by account_id, changed_at

)

select
    account_id,
    changed_at,
    cast(mrr_minor as decimal(38, 4)) as mrr_minor,
    cast(previous_mrr_minor as decimal(38, 4)) as previous_mrr_minor
from summed_to_instant
where mrr_minor <> previous_mrr_minor
