{# Says which signals were satisfied for whom at each moment. #}

with

snapshots as (

    select * from {{ ref('int_lead_snapshots') }}

),

signals as (

    select * from {{ ref('int_signals') }}

),

signal_values as (

    select * from {{ ref('int_signal_values') }}

)

select
    snapshots.model,
    snapshots.seen_at,
    snapshots.part,
    snapshots.actor_id,
    snapshots.is_converted,
    signals.signal,
    signals.points
from snapshots
inner join signals on snapshots.model = signals.model
inner join signal_values
    on signals.signal_number = signal_values.signal_number
    and snapshots.actor_id = signal_values.actor_id
    and snapshots.seen_at >= signal_values.started_at
    and snapshots.seen_at < signal_values.ended_at
where snapshots.part is not null
