{#
    Keeps the rate that landed last for every currency and month, as reporting minor units per
    minor unit: a yen has none, a dinar a thousand.
#}

with

exchange_rates as (

    select * from {{ ref('stg_native__exchange_rates') }}

),

currencies as (

    select * from {{ ref('currencies') }}

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

)

select
    rates.month,
    rates.currency,
    cast(rates.rate * minor_unit_ratios.ratio as decimal(19, 12)) as rate
from rates_by_recency as rates
inner join minor_unit_ratios on rates.currency = minor_unit_ratios.currency
where rates.recency = 1
