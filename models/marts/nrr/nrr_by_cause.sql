{#
    Why did accounts that stayed pay more, or less: seats, plan, add-ons, price, discounts or
    interval?
#}

with

causes as (

    select * from {{ ref('int_mrr_causes') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

summed_to_month as (

    select
        month,
        movement,
        cause,
        count(distinct account_id) as accounts,
        sum(amount_minor) as amount_minor
    from causes
    group by month, movement, cause

)

select
    causes.month,
    cast(causes.movement as string) as movement,
    cast(causes.cause as string) as cause,
    cast(causes.accounts as bigint) as accounts,
    cast(causes.amount_minor * currency.minor_unit as decimal(18, 2)) as amount
from summed_to_month as causes
cross join reporting_currency as currency
