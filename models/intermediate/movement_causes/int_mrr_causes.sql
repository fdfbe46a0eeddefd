{#
    Says in reporting minor units what moved the MRR of an account that expanded or contracted.

    As everywhere, gains in a currency count at the month's rate, losses at the rate before.
    Rounding leaves a rest of a few minor units, which goes to the largest cause, so that causes
    add up to the movement.
#}

with

effects as (

    select * from {{ ref('int_mrr_item_effects') }}

),

movements as (

    select * from {{ ref('int_mrr_movements') }}

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

effects_with_direction as (

    select
        effects.*,
        sum(effect) over (partition by account_id, month, currency) as effect_in_currency
    from effects

),

effects_in_reporting_currency as (

    select
        effects.account_id,
        effects.month,
        effects.cause,
        sum({{ at_rate(
            'effects.effect', 'coalesce(exchange_rates.rate_on_hand, 1)', 'settings'
        ) }}) as effect
    from effects_with_direction as effects
    cross join settings
    inner join months on effects.month = months.month
    left join exchange_rates
        on effects.currency = exchange_rates.currency
        and case
            when effects.effect_in_currency < 0 then months.previous_month else months.month
        end = exchange_rates.month
    group by effects.account_id, effects.month, effects.cause

),

causes_by_size as (

    select
        causes.account_id,
        causes.month,
        causes.cause,
        causes.effect,
        movements.movement,
        case
            when movements.movement = 'contraction' then -movements.movement_minor
            else movements.movement_minor
        end - sum(causes.effect) over (partition by causes.account_id, causes.month) as rest,
        row_number() over (
            partition by causes.account_id, causes.month
            order by abs(causes.effect) desc, causes.cause asc
        ) as place
    from effects_in_reporting_currency as causes
    inner join movements
        on causes.account_id = movements.account_id
        and causes.month = movements.month

),

signed_causes as (

    select
        account_id,
        month,
        movement,
        cause,
        effect + case when place = 1 then rest else 0 end as effect
    from causes_by_size

)

select
    account_id,
    month,
    movement,
    cause,
    cast(case when movement = 'contraction' then -effect else effect end as decimal(38, 4))
        as amount_minor
from signed_causes
where effect <> 0
