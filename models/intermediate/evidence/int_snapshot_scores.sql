{# Scores all who could be a lead at each moment, by the rules' points and by learned weights. #}

with

snapshots as (

    select * from {{ ref('int_lead_snapshots') }}

),

snapshot_signals as (

    select * from {{ ref('int_snapshot_signals') }}

),

weights as (

    select * from {{ ref('int_signal_weights') }}

),

scores_without_signals as (

    select
        model,
        min(logarithm_of_odds) + sum(weight_of_absence) as score
    from weights
    group by model

),

added_by_signals as (

    select
        snapshot_signals.model,
        snapshot_signals.seen_at,
        snapshot_signals.actor_id,
        sum(snapshot_signals.points) as points,
        sum(weights.weight - weights.weight_of_absence) as score
    from snapshot_signals
    left join weights
        on snapshot_signals.model = weights.model
        and snapshot_signals.signal = weights.signal
    group by snapshot_signals.model, snapshot_signals.seen_at, snapshot_signals.actor_id

)

select
    snapshots.model,
    snapshots.seen_at,
    snapshots.part,
    snapshots.split_at,
    snapshots.actor_id,
    snapshots.is_converted,
    cast(coalesce(added_by_signals.points, 0) as double) as points,
    round(scores_without_signals.score + coalesce(added_by_signals.score, 0), 12) as learned_score
from snapshots
left join scores_without_signals on snapshots.model = scores_without_signals.model
left join added_by_signals
    on snapshots.model = added_by_signals.model
    and snapshots.seen_at = added_by_signals.seen_at
    and snapshots.actor_id = added_by_signals.actor_id
where snapshots.part is not null
