{#
    Writes down why each lead qualified, as a JSON list of the signals satisfied at that instant,
    in numbers and in words, those worth most first.
#}

with

lead_signals as (

    select * from {{ ref('int_lead_signals') }}

),

signals as (

    select * from {{ ref('int_signals') }}

),

reasons as (

    select
        lead_signals.model,
        lead_signals.actor_id,
        lead_signals.qualified_at,
        lead_signals.signal,
        signals.category,
        signals.points,
        lead_signals.satisfied_at,
        lead_signals.first_event_at,
        lead_signals.last_event_at,
        case
            when signals.source <> 'attribute' then {{ plain_number('lead_signals.value') }}
            when signals.is_number and try_cast(lead_signals.value_text as double) is not null
                then lead_signals.value_text
            else {{ json_quoted('lead_signals.value_text') }}
        end as value,
        case
            when signals.source <> 'attribute' then {{ plain_number('lead_signals.needed') }}
            when signals.is_number and try_cast(signals.values_asked_for as double) is not null
                then signals.values_asked_for
            else {{ json_quoted('signals.values_asked_for') }}
        end as threshold,
        case signals.source
            when 'event_count' then ' x ' || signals.words
            when 'distinct_users' then ' users with ' || signals.words
            when 'distinct_features' then ' features'
            when 'active_days' then ' days with ' || signals.words
            when 'surge' then ' times as much ' || signals.words || ' as before'
            when 'limit' then ' uses of a limited plan'
            when 'seats' then ' seats used for ' || signals.words
            else signals.words || ': '
        end || coalesce(' in ' || {{ plain_number('signals.within_days') }} || ' days', '') as what,
        signals.source = 'attribute' as is_attribute,
        lead_signals.value_text
    from lead_signals
    inner join signals on lead_signals.signal_number = signals.signal_number

),

reasons_in_words as (

    select
        reasons.*,
        case
            when is_attribute then what || value_text
            else value || what || ' (' || threshold || ' needed)'
        end as words
    from reasons

),

reasons_written as (

    select
        model,
        actor_id,
        qualified_at,
        signal,
        -points as turn,
        '{"signal": ' || {{ json_quoted('signal') }}
        || ', "category": ' || {{ json_quoted('category') }}
        || ', "value": ' || value
        || ', "threshold": ' || threshold
        || ', "points": ' || {{ plain_number('cast(points as double)') }}
        || ', "satisfied_at": ' || {{ json_instant('satisfied_at') }}
        || ', "first_event_at": ' || {{ json_instant('first_event_at') }}
        || ', "last_event_at": ' || {{ json_instant('last_event_at') }}
        || ', "words": ' || {{ json_quoted('words') }} || '}' as reason
    from reasons_in_words

)

select
    model,
    actor_id,
    qualified_at,
    '[' || {{ ordered_list('reason', ['turn', 'signal'], ', ') }} || ']' as reasons
from reasons_written
group by model, actor_id, qualified_at
