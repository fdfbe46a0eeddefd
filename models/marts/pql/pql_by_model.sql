{#
    Does a score tell who will convert, and would learned weights tell it better than ours?

    On the later moments, from which no weight was learned. The area
    under the curve is the chance that one who converts scores above one who does not; a half is
    guessing. Then both are taken at our line's volume: as many actors, the highest first.
#}

with

snapshots as (

    select * from {{ ref('int_snapshot_scores') }}
    where part = 'later'

),

scores as (

    select * from {{ ref('int_score_bands') }}

),

splits as (

    select
        model,
        min(split_at) as split_at
    from snapshots
    group by model

),

areas as (

    select
        model,
        score_name,
        min(all_actors) as actors,
        min(all_converted) as converted,
        sum(
            converted * (
                (all_actors - all_converted) - (actors_from_top - converted_from_top)
                + (all_actors - all_converted)
                - (actors_from_top - actors - converted_from_top + converted)
            )
        ) / nullif(
            (1 + 1) * min(all_converted) * (min(all_actors) - min(all_converted)), 0
        ) as area_under_curve,
        min(line_actors) as line_actors,
        sum(
            converted * least(greatest(line_actors - actors_from_top + actors, 0), actors)
            / nullif(actors, 0)
        ) as line_converted
    from scores
    group by model, score_name

)

select
    rules.model,
    splits.split_at,
    cast(rules.actors as bigint) as moments,
    cast(rules.converted as bigint) as converted,
    rules.converted / nullif(rules.actors, 0) as base_rate,
    cast(rules.line_actors as bigint) as leads,
    rules.line_converted / nullif(rules.line_actors, 0) as precision,
    rules.line_converted / nullif(rules.converted, 0) as recall,
    learned.line_converted / nullif(learned.line_actors, 0) as learned_precision,
    learned.line_converted / nullif(learned.converted, 0) as learned_recall,
    rules.area_under_curve,
    learned.area_under_curve as learned_area_under_curve,
    learned.area_under_curve - rules.area_under_curve as learned_gain
from areas as rules
inner join splits on rules.model = splits.model
left join areas as learned
    on rules.model = learned.model
    and learned.score_name = 'learned'
where rules.score_name = 'rules'
