{#
    Takes the MRR of every subscription version at each month's last instant, in its own currency
    and in ours. A rate that is needed and missing stops the run.
#}

with

spans as (

    select * from {{ ref('int_mrr_spans') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

spans_at_month_end as (

    select
        months.month,
        spans.revenue_account_id as account_id,
        spans.version_key,
        spans.started_at as stretch_started_at,
        spans.plan,
        spans.currency,
        spans.mrr_minor as local_mrr_minor,
        exchange_rates.rate
    from spans
    inner join months
        on spans.started_at < months.closing_at
        and (spans.ended_at is null or spans.ended_at >= months.closing_at)
    left join exchange_rates
        on spans.currency = exchange_rates.currency
        and months.month = exchange_rates.month
    where not spans.is_internal

),

missing_rates as (

    select distinct currency || ' in ' || cast(month as string) as missing_rate
    from spans_at_month_end
    where rate is null

),

missing_rates_in_one_line as (

    select {{ ordered_list('missing_rate', ['missing_rate'], ', ') }} as missing_rates
    from missing_rates

)

select
    spans_at_month_end.month,
    spans_at_month_end.account_id,
    spans_at_month_end.version_key,
    spans_at_month_end.stretch_started_at,
    spans_at_month_end.plan,
    spans_at_month_end.currency,
    spans_at_month_end.local_mrr_minor,
    case
        when spans_at_month_end.rate is null
            then {{ stop_run(
                "'exchange rate missing: ' || missing_rates_in_one_line.missing_rates"
            ) }}
        else {{ at_rate(
            'spans_at_month_end.local_mrr_minor', 'spans_at_month_end.rate', 'settings'
        ) }}
    end as mrr_minor
from spans_at_month_end
cross join missing_rates_in_one_line
cross join settings
