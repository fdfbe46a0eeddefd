{#
    What does it cost to win a paying account, what is it worth, and when is that earned back?

    Lifetime value is ARPA times gross margin over the same month's churn of accounts; NULL in a
    month in which nobody churned, since it would be infinite.
#}

with

economics as (

    select * from {{ ref('int_economics_by_channel') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

ratios_in_hundredths as (

    select
        economics.month,
        economics.channel,
        economics.spend_minor * currency.minor_unit as spend,
        economics.new_accounts,
        settings.gross_margin,
        cast(economics.new_minor * currency.minor_unit * 100 as double)
        / nullif(economics.new_accounts, 0) as arpa_new,
        case
            when economics.is_complete
                then
                    cast(economics.acquisition_minor * currency.minor_unit * 100 as double)
                    / nullif(economics.new_accounts, 0)
        end as cac,
        case
            when economics.is_complete
                then
                    cast(economics.closing_minor * currency.minor_unit * 100 as double)
                    * settings.gross_margin
                    * economics.opening_accounts
                    / nullif(economics.paying_accounts * economics.churned_accounts, 0)
        end as ltv
    from economics
    cross join settings
    cross join reporting_currency as currency

)

select
    month,
    cast(channel as string) as channel,
    cast(spend as decimal(18, 2)) as spend,
    cast(new_accounts as bigint) as new_paying_accounts,
    cast(round(cac) / 100 as decimal(18, 2)) as cac,
    cast(round(arpa_new) / 100 as decimal(18, 2)) as arpa_new,
    gross_margin,
    cast(round(ltv) / 100 as decimal(18, 2)) as ltv,
    ltv / nullif(cac, 0) as ltv_to_cac,
    cac / nullif(arpa_new * gross_margin, 0) as payback_months
from ratios_in_hundredths
