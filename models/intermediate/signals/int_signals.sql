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
        max(case when property is null and attribute is null then value end) as amount,
        min(case when operator in ('gt', 'gte', 'lt', 'lte') then 1 else 0 end) as compares_numbers
    from pql_signals
    group by model, signal

),

asked_for as (

    select distinct
        model,
        signal,
        case
            when source = 'attribute'
                then
                    replace(attribute, '_', ' ') || ' ' || case operator
                        when 'exact' then 'is'
                        when 'gt' then 'above'
                        when 'gte' then 'at least'
                        when 'lt' then 'below'
                        when 'lte' then 'at most'
                        else replace(operator, '_', ' ')
                    end
            else coalesce(event_name, '')
        end as subject,
        case
            when source = 'attribute' and value is not null then ' ' || replace(value, '|', ' or ')
            else ''
        end as said,
        case when source = 'attribute' then coalesce(value, replace(operator, '_', ' ')) else '' end
            as value
    from pql_signals

),

words as (

    select
        model,
        signal,
        {{ ordered_list('subject || said', ['subject', 'value'], ' or ') }} as words,
        {{ ordered_list('value', ['subject', 'value'], ', ') }} as values_asked_for
    from asked_for
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
        when said_once.source in ('surge', 'limit', 'seats')
            then try_cast(said_once.amount as decimal(18, 6))
        when said_once.source <> 'attribute' then coalesce(said_once.times, 1)
    end as decimal(18, 6)) as needed,
    said_once.compares_numbers = 1 as is_number,
    words.values_asked_for,
    words.words
from said_once
inner join pql_models on said_once.model = pql_models.model
inner join words
    on said_once.model = words.model
    and said_once.signal = words.signal
