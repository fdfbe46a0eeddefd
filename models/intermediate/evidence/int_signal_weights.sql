{#
    Learns what each signal is worth from the earlier moments: the weight of evidence of having
    it, and of not having it. Where nobody converted, nothing is learned.

    Both are smoothed by one moment more of the rarer outcome, and as many in proportion of the
    other, among which the signal is as frequent as among all: what was never seen says nothing.

    The odds of converting multiply: a score is the sum of the weights and the logarithm of the
    odds. Signals that say the same thing twice count twice, which calibration makes good.
#}

with

signals as (

    select * from {{ ref('int_signals') }}

),

snapshots as (

    select * from {{ ref('int_lead_snapshots') }}
    where part = 'earlier'

),

snapshot_signals as (

    select * from {{ ref('int_snapshot_signals') }}
    where part = 'earlier'

),

everybody as (

    select
        model,
        cast(count(*) as double) as actors,
        cast(count(case when is_converted then 1 end) as double) as converted,
        cast(count(case when not is_converted then 1 end) as double) as others
    from snapshots
    group by model

),

having_it as (

    select
        model,
        signal,
        cast(count(*) as double) as actors,
        cast(count(case when is_converted then 1 end) as double) as converted
    from snapshot_signals
    group by model, signal

),

counted as (

    select
        signals.model,
        signals.signal,
        cast(signals.points as double) as points,
        coalesce(having_it.converted, 0) as having_converted,
        coalesce(having_it.actors - having_it.converted, 0) as having_others,
        everybody.converted,
        everybody.others,
        (coalesce(having_it.actors, 0) + 1) / nullif(everybody.actors + 1 + 1, 0) as usual_share,
        1 / nullif(least(everybody.converted, everybody.others), 0) as added_share
    from signals
    inner join everybody on signals.model = everybody.model
    left join having_it
        on signals.model = having_it.model
        and signals.signal = having_it.signal
    where everybody.converted > 0 and everybody.others > 0

),

shares as (

    select
        model,
        signal,
        points,
        ln(converted / nullif(others, 0)) as logarithm_of_odds,
        (having_converted / nullif(converted, 0) + added_share * usual_share)
        / nullif(1 + added_share, 0) as share_of_converted,
        (having_others / nullif(others, 0) + added_share * usual_share)
        / nullif(1 + added_share, 0) as share_of_others
    from counted

),

weights as (

    select
        model,
        signal,
        points,
        logarithm_of_odds,
        round(ln(share_of_converted / nullif(share_of_others, 0)), 12) as weight,
        round(ln((1 - share_of_converted) / nullif(1 - share_of_others, 0)), 12)
            as weight_of_absence
    from shares

)

select
    model,
    signal,
    points,
    logarithm_of_odds,
    weight,
    weight_of_absence,
    round(round( -- twice: a half is a half, whatever the last digits of the sums
        (weight - weight_of_absence) * sum(abs(points)) over (partition by model)
        / nullif(sum(abs(weight - weight_of_absence)) over (partition by model), 0), 12
    )) as suggested_points
from weights
