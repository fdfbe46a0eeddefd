{# Reads the lead signals, one row each: what is measured, how much is needed, what it is worth. #}

with

pql_signals as (

    select * from {{ ref('pql_signals') }}

),

pql_models as (

    select * from {{ ref('pql_models') }}

),

said_once as (

    select
        model,
        signal,
        max(category) as category,
        max(source) as source,
        max(within_days) as within_days,
        max(points) as points,
        max(times) as times,
        max(case when property is null and attribute is null then value end) as amount
    from pql_signals
    group by model, signal

),

events_and_conditions as (

    select distinct
        model,
        signal,
        event_name as word
    from pql_signals
    where source <> 'attribute' and event_name is not null
    union
    select
        model,
        signal,
        attribute || ' ' || replace(operator, '_', ' ')
        || coalesce(' ' || replace(value, '|', ' or '), '') as word
    from pql_signals
    where source = 'attribute'

),

words as (

    select
        model,
        signal,
        {{ ordered_list('word', ['word'], ' or ') }} as words
    from events_and_conditions
    group by model, signal

)

select
    dense_rank() over (order by said_once.model asc, said_once.signal asc) as signal_number,
    said_once.model,
    said_once.signal,
    said_once.category,
    said_once.source,
    pql_models.grain,
    said_once.within_days,
    cast(said_once.points as decimal(18, 6)) as points,
    cast(case
        when said_once.source in ('surge', 'limit')
            then try_cast(said_once.amount as decimal(18, 6))
        when said_once.source <> 'attribute' then coalesce(said_once.times, 1)
    end as decimal(18, 6)) as needed,
    words.words
from said_once
inner join pql_models on said_once.model = pql_models.model
left join words
    on said_once.model = words.model
    and said_once.signal = words.signal
