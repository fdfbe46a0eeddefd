{#
    Finds when each signal was first found satisfied for an actor, and whether he could be a lead
    then. A signal is found satisfied at an instant at which the model looks; an expansion model
    begins to look when he pays.
#}

with

signals as (

    select * from {{ ref('int_signals') }}

),

signal_values as (

    select * from {{ ref('int_signal_values') }}

),

pql_models as (

    select * from {{ ref('pql_models') }}

),

scores as (

    select * from {{ ref('int_lead_scores') }}

),

stretches_and_looks as (

    select
        signals.model,
        signal_values.actor_id,
        signals.signal,
        signal_values.started_at as happened_at,
        signal_values.ended_at,
        cast(null as timestamp) as scored_at
    from signal_values
    inner join signals on signal_values.signal_number = signals.signal_number
    union all
    select
        scores.model,
        scores.actor_id,
        cast(null as string) as signal,
        scores.scored_at as happened_at,
        cast(null as timestamp) as ended_at,
        scores.scored_at
    from scores
    inner join pql_models on scores.model = pql_models.model
    where pql_models.target = 'free_to_paid' or scores.is_candidate

),

stretches_with_the_next_look as (

    select
        model,
        actor_id,
        signal,
        ended_at,
        min(scored_at) over (
            partition by model, actor_id
            order by happened_at asc, scored_at asc nulls first, signal asc
            rows between current row and unbounded following
        ) as scored_at
    from stretches_and_looks

),

first_looks as (

    select
        model,
        signal,
        actor_id,
        min(scored_at) as fired_at
    from stretches_with_the_next_look
    where signal is not null and scored_at < ended_at
    group by model, signal, actor_id

)

select
    first_looks.model,
    first_looks.signal,
    first_looks.actor_id,
    first_looks.fired_at,
    scores.is_candidate
from first_looks
inner join scores
    on first_looks.model = scores.model
    and first_looks.actor_id = scores.actor_id
    and first_looks.fired_at = scores.scored_at
