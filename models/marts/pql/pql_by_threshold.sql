{#
    Where should the line be?

    Every total that any actor reached, taken as the line and back-tested from the first instant at
    which the actor's points reached it. A higher line means fewer and better leads: recall is the
    share of all who converted whom it would have found.
#}

with

scores as (

    select * from {{ ref('int_lead_scores') }}

),

heights as (

    select * from {{ ref('int_lead_outcomes') }}
    where kind = 'height'

),

population as (

    select * from {{ ref('int_lead_population') }}
    where is_compared

),

pql_models as (

    select * from {{ ref('pql_models') }}

),

totals as (

    select distinct
        model,
        points
    from scores
    where is_candidate and points > 0

),

converted_in_all as (

    select
        model,
        count(*) as converted
    from population
    where is_converted
    group by model

),

back_tested as (

    select
        totals.model,
        totals.points,
        count(*) as qualified,
        count(case when heights.is_mature then 1 end) as mature,
        count(case when heights.is_mature and heights.is_converted then 1 end) as converted,
        count(case when population.is_converted then 1 end) as converted_anyway
    from totals
    inner join heights
        on totals.model = heights.model
        and totals.points <= heights.points
        and totals.points > heights.previous_points
    left join population
        on heights.model = population.model
        and heights.actor_id = population.actor_id
    group by totals.model, totals.points

)

select
    back_tested.model,
    cast(back_tested.points as double) as points,
    cast(back_tested.qualified as bigint) as qualified,
    cast(back_tested.mature as bigint) as mature,
    cast(back_tested.converted as bigint) as converted,
    cast(back_tested.converted as double) / nullif(cast(back_tested.mature as double), 0)
        as precision,
    cast(back_tested.converted as double) / nullif(
        cast(
            back_tested.converted
            + coalesce(converted_in_all.converted, 0) - back_tested.converted_anyway as double
        ), 0
    ) as recall,
    back_tested.points = cast(pql_models.qualifying_points as decimal(18, 6)) as is_in_use
from back_tested
inner join pql_models on back_tested.model = pql_models.model
left join converted_in_all on back_tested.model = converted_in_all.model
