{#
    Does a rule hold on data that did not suggest it, and what should each signal be worth?

    Signals, and the line as a whole (signal NULL), on the earlier and on the later moments:
    what holds on the earlier alone was chance. The suggested points are the weights learned from
    the earlier moments, on the scale of ours.
#}

with

pql_models as (

    select * from {{ ref('pql_models') }}

),

scores as (

    select * from {{ ref('int_snapshot_scores') }}
    where part <> 'now'

),

snapshot_signals as (

    select * from {{ ref('int_snapshot_signals') }}
    where part <> 'now'

),

weights as (

    select * from {{ ref('int_signal_weights') }}

),

everybody as (

    select
        scores.model,
        scores.part,
        cast(count(*) as double) as actors,
        cast(count(case when scores.is_converted then 1 end) as double) as converted
    from scores
    group by scores.model, scores.part

),

having_it as (

    select
        model,
        part,
        signal,
        min(cast(points as double)) as points,
        cast(count(*) as double) as actors,
        cast(count(case when is_converted then 1 end) as double) as converted
    from snapshot_signals
    group by model, part, signal
    union all
    select
        scores.model,
        scores.part,
        cast(null as string) as signal,
        cast(null as double) as points,
        cast(count(*) as double) as actors,
        cast(count(case when scores.is_converted then 1 end) as double) as converted
    from scores
    inner join pql_models on scores.model = pql_models.model
    where scores.points >= pql_models.qualifying_points
    group by scores.model, scores.part

)

select
    having_it.model,
    having_it.signal,
    having_it.part,
    cast(everybody.actors as bigint) as moments,
    cast(having_it.actors as bigint) as having_it,
    cast(having_it.converted as bigint) as converted,
    having_it.converted / nullif(having_it.actors, 0) as precision,
    having_it.converted / nullif(having_it.actors, 0) / nullif(
        (everybody.converted - having_it.converted)
        / nullif(everybody.actors - having_it.actors, 0), 0
    ) as lift,
    {{ weight_of_evidence(
        'having_it.converted', 'having_it.actors',
        '(everybody.converted - having_it.converted)', '(everybody.actors - having_it.actors)'
    ) }} as weight_of_evidence,
    having_it.points,
    weights.suggested_points
from having_it
inner join everybody
    on having_it.model = everybody.model
    and having_it.part = everybody.part
left join weights
    on having_it.model = weights.model
    and having_it.signal = weights.signal
