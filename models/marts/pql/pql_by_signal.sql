{#
    Does a signal predict what it should?

    Those for whom it fired while they could be a lead, against all others of the model's grain
    whose time is over too: precision is the share of the former that converted, lift how many
    times that of the latter. The weight of evidence is the logarithm of how much more often it
    fires among those who convert; what fires as often among all weighs nothing.
#}

with

signals as (

    select * from {{ ref('int_signals') }}

),

outcomes as (

    select * from {{ ref('int_lead_outcomes') }}
    where kind = 'firing'

),

population as (

    select * from {{ ref('int_lead_population') }}
    where is_compared

),

fired as (

    select
        model,
        signal,
        count(case when is_mature then 1 end) as fired,
        count(case when is_mature and is_converted then 1 end) as converted,
        median(case
            when is_mature and is_converted then {{ days_between('happened_at', 'converted_at') }}
        end) as median_days_to_conversion
    from outcomes
    group by model, signal

),

everybody as (

    select
        model,
        count(*) as actors,
        count(case when is_converted then 1 end) as converted
    from population
    group by model

),

fired_among_everybody as (

    select
        outcomes.model,
        outcomes.signal,
        count(*) as actors,
        count(case when population.is_converted then 1 end) as converted
    from outcomes
    inner join population
        on outcomes.model = population.model
        and outcomes.actor_id = population.actor_id
    group by outcomes.model, outcomes.signal

),

compared as (

    select
        signals.model,
        signals.signal,
        signals.category,
        cast(coalesce(fired.fired, 0) as double) as fired,
        cast(coalesce(fired.converted, 0) as double) as converted,
        cast(coalesce(everybody.actors, 0) - coalesce(among.actors, 0) as double) as others,
        cast(coalesce(everybody.converted, 0) - coalesce(among.converted, 0) as double)
            as others_converted,
        fired.median_days_to_conversion
    from signals
    left join fired
        on signals.model = fired.model
        and signals.signal = fired.signal
    left join everybody on signals.model = everybody.model
    left join fired_among_everybody as among
        on signals.model = among.model
        and signals.signal = among.signal

)

select
    model,
    signal,
    category,
    cast(fired as bigint) as fired,
    cast(fired as bigint) as mature,
    cast(converted as bigint) as converted,
    cast(others as bigint) as others,
    cast(others_converted as bigint) as others_converted,
    converted / nullif(fired, 0) as precision,
    converted / nullif(converted + others_converted, 0) as recall,
    (converted / nullif(fired, 0)) / nullif(others_converted / nullif(others, 0), 0) as lift,
    {{ weight_of_evidence('converted', 'fired', 'others_converted', 'others') }}
        as weight_of_evidence,
    cast(median_days_to_conversion as double) as median_days_to_conversion
from compared
