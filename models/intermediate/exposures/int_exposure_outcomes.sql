{#
    Says what each unit did in its window after exposure, and in a window as long before it.

    A yes counts strictly after exposure, up to maturity. An amount is the MRR of the unit's
    account at maturity. What came before tells how alike the variants were to begin with, and
    takes noise out of the comparison.
#}

with

exposed_units as (

    select * from {{ ref('int_exposed_units') }}

),

exposed_actors as (

    select * from {{ ref('int_exposed_actors') }}

),

metric_moments as (

    select * from {{ ref('int_metric_moments') }}

),

mrr_changes as (

    select * from {{ ref('int_mrr_changes') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

yes_or_no as (

    select
        actors.experiment,
        actors.metric,
        actors.unit_id,
        max(
            case
                when moments.happened_at is null then 1
                when
                    moments.happened_at > actors.exposed_at
                    and moments.happened_at <= actors.matures_at
                    then 1
            end
        ) as outcome,
        max(
            case
                when
                    moments.happened_at <= actors.exposed_at
                    and moments.happened_at >= actors.looked_back_to
                    then 1
            end
        ) as outcome_before
    from exposed_actors as actors
    inner join metric_moments as moments
        on actors.metric = moments.metric
        and actors.grain = moments.grain
        and actors.actor_id = moments.actor_id
    group by actors.experiment, actors.metric, actors.unit_id

),

amounts as (

    select
        units.experiment,
        units.metric,
        units.unit_id,
        max_by(changes.mrr_minor, changes.changed_at) as mrr_minor,
        max_by(changes.mrr_minor, changes.changed_at)
        filter (where changes.changed_at <= units.exposed_at) as mrr_minor_before
    from exposed_units as units
    inner join mrr_changes as changes
        on units.account_id = changes.account_id
        and units.matures_at >= changes.changed_at
    where units.is_amount
    group by units.experiment, units.metric, units.unit_id

)

select
    units.experiment,
    units.metric,
    units.unit_id,
    units.variant,
    units.is_amount,
    cast(
        case
            when units.is_amount then coalesce(amounts.mrr_minor, 0) * currency.minor_unit
            else coalesce(yes_or_no.outcome, 0)
        end as double
    ) as outcome,
    cast(
        case units.kind
            when 'revenue' then coalesce(amounts.mrr_minor_before, 0) * currency.minor_unit
            when 'event' then coalesce(yes_or_no.outcome_before, 0)
        end as double
    ) as outcome_before
from exposed_units as units
cross join reporting_currency as currency
left join yes_or_no
    on units.experiment = yes_or_no.experiment
    and units.metric = yes_or_no.metric
    and units.unit_id = yes_or_no.unit_id
left join amounts
    on units.experiment = amounts.experiment
    and units.metric = amounts.metric
    and units.unit_id = amounts.unit_id
where units.is_mature
