{#
    Says from when till when a signal was satisfied, with what value.

    `satisfied_at` is since when it was so without a break; NULL if nothing had to become known.
#}

with

signals as (

    select * from {{ ref('int_signals') }}

),

counts as (

    select * from {{ ref('int_signal_counts') }}

),

attribute_matches as (

    select * from {{ ref('int_attribute_matches') }}

),

stretches as (

    select
        signal_number,
        actor_id,
        started_at,
        ended_at,
        value,
        needed,
        cast(null as string) as value_text,
        false as is_version
    from counts
    union all
    select
        signals.signal_number,
        attribute_matches.subject_id as actor_id,
        attribute_matches.known_from as started_at,
        attribute_matches.known_to as ended_at,
        cast(null as double) as value,
        cast(null as double) as needed,
        min_by(attribute_matches.value, attribute_matches.alternative) as value_text,
        attribute_matches.is_version
    from signals
    inner join attribute_matches
        on attribute_matches.kind = 'pql'
        and signals.model = attribute_matches.definition
        and signals.signal = attribute_matches.part
    where signals.source = 'attribute' and attribute_matches.subject_id <> ''
    group by
        signals.signal_number,
        attribute_matches.subject_id,
        attribute_matches.known_from,
        attribute_matches.known_to,
        attribute_matches.is_version

),

stretches_after_the_previous as (

    select
        stretches.*,
        lag(ended_at) over (partition by signal_number, actor_id order by started_at asc)
            as previous_ended_at
    from stretches

),

unbroken_runs as (

    select
        stretches_after_the_previous.*,
        max(case when previous_ended_at = started_at then null else started_at end) over (
            partition by signal_number, actor_id
            order by started_at asc
            rows between unbounded preceding and current row
        ) as run_started_at
    from stretches_after_the_previous

)

select
    signal_number,
    actor_id,
    started_at,
    ended_at,
    value,
    needed,
    value_text,
    is_version,
    nullif(run_started_at, timestamp '1970-01-01 00:00:00') as satisfied_at
from unbroken_runs
