{#
    Counts the facts in each signal's look-back as they enter and leave it, and keeps the
    stretches in which that was enough.

    A surge compares with the look-back before, which must hold something. A limit counts within
    one plan in force.
#}

with

signals as (

    select * from {{ ref('int_signals') }}

),

spans as (

    select * from {{ ref('int_signal_spans') }}

),

changes as (

    select
        signal_number,
        actor_id,
        term_started_at,
        needed,
        started_at as changed_at,
        case when is_earlier then 0 else 1 end as change,
        case when is_earlier then 1 else 0 end as earlier_change
    from spans
    union all
    select
        signal_number,
        actor_id,
        term_started_at,
        needed,
        ended_at as changed_at,
        case when is_earlier then 0 else -1 end as change,
        case when is_earlier then -1 else 0 end as earlier_change
    from spans

),

changes_by_instant as (

    select
        signal_number,
        actor_id,
        term_started_at,
        needed,
        changed_at,
        cast(sum(change) as bigint) as change,
        cast(sum(earlier_change) as bigint) as earlier_change
    from changes
    group by signal_number, actor_id, term_started_at, needed, changed_at

),

counts as (

    select
        changes_by_instant.signal_number,
        changes_by_instant.actor_id,
        changes_by_instant.needed,
        changes_by_instant.changed_at as started_at,
        signals.source,
        lead(changes_by_instant.changed_at) over history as ended_at,
        sum(changes_by_instant.change) over history as number,
        sum(changes_by_instant.earlier_change) over history as earlier_number
    from changes_by_instant
    inner join signals on changes_by_instant.signal_number = signals.signal_number
    window history as (
        partition by
            changes_by_instant.signal_number,
            changes_by_instant.actor_id,
            changes_by_instant.term_started_at
        order by changes_by_instant.changed_at asc
    )

)

select
    signal_number,
    actor_id,
    started_at,
    ended_at,
    cast(number as double)
    / case when source = 'surge' then nullif(cast(earlier_number as double), 0) else 1 end as value,
    cast(needed as double) as needed
from counts
where
    number > 0
    and case
        when source = 'surge' then earlier_number > 0 and number >= needed * earlier_number
        else number >= needed
    end
