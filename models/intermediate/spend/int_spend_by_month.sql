{# Sums marketing spend to month and channel in reporting minor units; a missing rate stops us. #}

with

marketing_spend as (

    select * from {{ ref('stg_native__marketing_spend') }}

),

landed_rates as (

    select * from {{ ref('int_exchange_rates_landed') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

spend as (

    select
        upper(marketing_spend.currency) as currency,
        coalesce(marketing_spend.channel, '(unknown)') as channel,
        marketing_spend.amount_minor,
        cast(
            {{ period_start('cast(marketing_spend.spent_on as timestamp)', 'month') }} as date
        ) as month
    from marketing_spend
    cross join as_of
    where {{ local_to_utc('cast(marketing_spend.spent_on as timestamp)') }} < as_of.as_of

),

spend_with_rates as (

    select
        spend.month,
        spend.channel,
        spend.currency,
        spend.amount_minor,
        case
            when spend.currency = '{{ var("reporting_currency") }}' then 1
            else landed_rates.rate
        end as rate
    from spend
    left join landed_rates
        on spend.month = landed_rates.month
        and spend.currency = landed_rates.currency

),

converted_spend as (

    select
        spend.month,
        spend.channel,
        case
            when spend.rate is null
                then {{ stop_run(
                    "'exchange rate missing: ' || spend.currency || ' in '"
                    ~ " || cast(spend.month as string)"
                ) }}
            else {{ at_rate('spend.amount_minor', 'spend.rate', 'settings') }}
        end as spend_minor
    from spend_with_rates as spend
    cross join settings

)

select
    month,
    channel,
    cast(sum(spend_minor) as decimal(38, 4)) as spend_minor
from converted_spend
group by month, channel
