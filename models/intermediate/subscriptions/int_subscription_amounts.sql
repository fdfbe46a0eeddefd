{#
    Values every stretch: what it is worth a month, in minor units of its own currency.

    The charge of one interval is price times quantity, less the percentage, less the amount off
    (a discount never turns a charge into a credit); a month is its share of the year. It is
    rounded here, once; all sums later are sums of whole units.
#}

with

stretches as (

    select * from {{ ref('int_subscription_stretches') }}

),

versions as (

    select * from {{ ref('int_subscription_versions') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

charges as (

    select
        stretches.version_key,
        stretches.started_at,
        stretches.ended_at,
        stretches.is_trial,
        versions.status in ('active', 'past_due', 'trialing') as is_in_force,
        coalesce(
            not stretches.is_trial
            and stretches.is_counted
            and (
                versions.status in ('active', 'past_due', 'trialing')
                or (versions.status = 'paused' and settings.paused = 'count')
            )
            and (not versions.is_metered or settings.metered = 'include'),
            false
        ) as is_counted,
        cast(versions.amount_minor * versions.quantity as decimal(28, 8)) as charge,
        cast(
            case
                when stretches.is_discounted then greatest(least(versions.discount_percent, 100), 0)
                else 0
            end as decimal(9, 6)
        ) as percent_off,
        cast(
            case when stretches.is_discounted then versions.discount_amount_minor else 0 end
            as decimal(28, 8)
        ) as amount_off,
        {{ times_per_year('versions.billing_interval') }} * settings.steps_a_minor_unit
            as steps_a_year,
        cast(versions.interval_count * 12 * 100 as double) as percents_a_year
    from stretches
    inner join versions on stretches.version_key = versions.version_key
    cross join settings

),

discounted_charges as (

    select
        charges.*,
        charge * 100 as gross,
        case
            when charge < 0 then charge * (100 - percent_off)
            else greatest(charge * (100 - percent_off) - amount_off * 100, 0)
        end as net
    from charges

),

steps_a_month as (

    select
        discounted_charges.*,
        case
            when is_counted
                then cast(gross * steps_a_year as double) / nullif(percents_a_year, 0)
            else 0
        end as gross_steps,
        case
            when is_counted
                then cast(net * steps_a_year as double) / nullif(percents_a_year, 0)
            else 0
        end as net_steps
    from discounted_charges

)

select
    steps_a_month.version_key,
    steps_a_month.started_at,
    steps_a_month.ended_at,
    steps_a_month.is_trial,
    steps_a_month.is_in_force,
    steps_a_month.is_counted and steps_a_month.net = 0 as is_free,
    steps_a_month.percent_off,
    steps_a_month.amount_off,
    {{ whole_steps('steps_a_month.gross_steps', 'settings') }} as gross_mrr_minor,
    {{ whole_steps('steps_a_month.net_steps', 'settings') }} as mrr_minor
from steps_a_month
cross join settings
