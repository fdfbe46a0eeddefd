{#
    Gives every currency in use its rate in every month, as reporting minor units per minor unit.

    `rate` is the month's own and NULL if it never landed; `rate_on_hand` falls back on the nearest
    month before it, else after it, and serves only what no month-end rests on.
#}

with

exchange_rates as (

    select * from {{ ref('stg_native__exchange_rates') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

spans as (

    select * from {{ ref('int_mrr_spans') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

rates_by_recency as (

    select
        upper(currency) as currency,
        cast({{ period_start('cast(month as timestamp)', 'month') }} as date) as month,
        rate,
        row_number() over (
            partition by upper(currency), {{ period_start('cast(month as timestamp)', 'month') }}
            order by file_id desc, line_number desc
        ) as recency
    from exchange_rates

),

currencies_in_use as (

    select distinct spans.currency
    from spans

),

minor_units as (

    select
        currency,
        cast(rpad('1', cast(exponent + 1 as int), '0') as double) as minor_units
    from currencies

),

minor_unit_ratios as (

    select
        spent.currency,
        cast(reporting.minor_units / nullif(spent.minor_units, 0) as decimal(18, 9)) as ratio
    from minor_units as spent
    inner join minor_units as reporting
        on reporting.currency = '{{ var("reporting_currency") }}'

),

rates_by_month as (

    select
        months.month,
        currencies_in_use.currency,
        case
            when currencies_in_use.currency = '{{ var("reporting_currency") }}' then 1
            else rates_by_recency.rate * minor_unit_ratios.ratio
        end as rate
    from months
    cross join currencies_in_use
    left join minor_unit_ratios on currencies_in_use.currency = minor_unit_ratios.currency
    left join rates_by_recency
        on currencies_in_use.currency = rates_by_recency.currency
        and months.month = rates_by_recency.month
        and rates_by_recency.recency = 1

),

rates_numbered as (

    select
        month,
        currency,
        rate,
        count(rate) over (partition by currency order by month) as rates_so_far
    from rates_by_month

)

select
    month,
    currency,
    cast(rate as decimal(19, 12)) as rate,
    cast(coalesce(
        max(rate) over (partition by currency, rates_so_far),
        max(case when rates_so_far = 1 then rate end) over (partition by currency)
    ) as decimal(19, 12)) as rate_on_hand
from rates_numbered
