{#
    Sorts the later moments' scores into bands of about equal size, highest first; who scores
    the same is in one band. Once by the rules' points, once by the learned score.
#}

with

pql_models as (

    select * from {{ ref('pql_models') }}

),

scores as (

    select * from {{ ref('int_snapshot_scores') }}
    where part = 'later'

),

scores_of_both as (

    select
        model,
        'rules' as score_name,
        points as score,
        is_converted
    from scores
    union all
    select
        model,
        'learned' as score_name,
        learned_score as score,
        is_converted
    from scores
    where learned_score is not null

),

leads as (

    select
        scores.model,
        count(*) as leads
    from scores
    inner join pql_models on scores.model = pql_models.model
    where scores.points >= pql_models.qualifying_points
    group by scores.model

),

summed_to_score as (

    select
        model,
        score_name,
        score,
        count(*) as actors,
        count(case when is_converted then 1 end) as converted
    from scores_of_both
    group by model, score_name, score

),

summed_from_the_top as (

    select
        summed_to_score.*,
        sum(actors) over (partition by model, score_name order by score desc) as actors_from_top,
        sum(converted) over (partition by model, score_name order by score desc)
            as converted_from_top,
        sum(actors) over (partition by model, score_name) as all_actors,
        sum(converted) over (partition by model, score_name) as all_converted
    from summed_to_score

),

sorted_into_bands as (

    select
        summed_from_the_top.*,
        cast(ceil(
            {{ var('lead_score_bands') }} * cast(actors_from_top as double)
            / nullif(cast(all_actors as double), 0)
        ) as bigint) as band
    from summed_from_the_top

)

select
    bands.model,
    bands.score_name,
    bands.score,
    cast(bands.actors as double) as actors,
    cast(bands.converted as double) as converted,
    cast(bands.actors_from_top as double) as actors_from_top,
    cast(bands.converted_from_top as double) as converted_from_top,
    cast(bands.all_actors as double) as all_actors,
    cast(bands.all_converted as double) as all_converted,
    cast(coalesce(leads.leads, 0) as double) as line_actors,
    bands.band,
    cast(
        sum(bands.converted) over (partition by bands.model, bands.score_name, bands.band) as double
    ) / nullif(
        sum(bands.actors) over (partition by bands.model, bands.score_name, bands.band), 0
    ) as band_rate
from sorted_into_bands as bands
left join leads on bands.model = leads.model
