{#
    Gives every currency in use its rate in every month, as reporting minor units per minor unit.

    `rate` is the month's own and NULL if it never landed; `rate_on_hand` falls back on the nearest
    month before it, else after it, and serves only what no month-end rests on.
#}

with

landed_rates as (

    select * from {{ ref('int_exchange_rates_landed') }}

),

spans as (

    select * from {{ ref('int_mrr_spans') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

currencies_in_use as (

    select distinct currency
    from spans

),

rates_by_month as (

    select
        months.month,
        currencies_in_use.currency,
        case
            when currencies_in_use.currency = '{{ var("reporting_currency") }}' then 1
            else landed_rates.rate
        end as rate
    from months
    cross join currencies_in_use
    left join landed_rates
        on months.month = landed_rates.month
        and currencies_in_use.currency = landed_rates.currency

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
