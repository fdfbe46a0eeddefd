{#
    Where do we lose most, and what would it be worth to stop it?

    The worth of a gap is told factor by factor in `reason`. A gap that another layer's gap causes
    is not counted twice: from a layer's worth the largest worth among the layers that feed it
    (seed layers) is taken off. The biggest leak is the layer worth most.
#}

with

layers as (

    select * from {{ ref('scorecard_by_worth') }}

),

feeding_layers as (

    select
        layer,
        try_cast({{ split_rows("coalesce(fed_by, '')", '|') }} as bigint) as feeding_layer
    from layers

),

feeding_worths_by_size as (

    select
        feeding_layers.layer,
        feeders.layer_name,
        feeders.worth,
        row_number() over (
            partition by feeding_layers.layer
            order by feeders.worth desc nulls last, feeders.layer asc
        ) as size_rank
    from feeding_layers
    inner join layers as feeders on feeding_layers.feeding_layer = feeders.layer
    where feeders.worth > 0

),

net_worths as (

    select
        layers.*,
        feeders.layer_name as feeding_layer_name,
        feeders.worth as explained,
        case
            when feeders.worth >= layers.worth then 0
            else layers.worth - coalesce(feeders.worth, 0)
        end as net_worth
    from layers
    left join feeding_worths_by_size as feeders
        on layers.layer = feeders.layer
        and feeders.size_rank = 1

),

ranked as (

    select
        net_worths.*,
        coalesce(
            net_worth > 0
            and row_number() over (order by net_worth desc nulls last, layer asc) = 1,
            false
        ) as is_biggest_leak,
        case when unit = 'fraction' then 100 else 1 end as scale,
        case when unit = 'fraction' then ' %' else '' end as sign
    from net_worths

),

told as (

    select
        ranked.*,
        title || ': ' || {{ shown('value * scale') }} || sign as value_in_words,
        {{ shown('benchmark * scale') }} || sign as benchmark_in_words,
        {{ shown('units_a_month') }} || ' ' || units || ' a month'
        || ' x ' || {{ shown('gap_factor', 4) }}
        || ' x ' || {{ shown('later_rate', 4) }} || ' ' || later
        || ' x ' || {{ shown('mrr_each') }} || ' MRR'
        || ' = ' || {{ shown('worth') }} || ' of new MRR a month' as arithmetic
    from ranked

)

select
    layer,
    layer_name,
    metric,
    value,
    benchmark,
    gap,
    cast(net_worth as decimal(18, 2)) as worth_mrr_per_month,
    is_biggest_leak,
    case
        when is_biggest_leak then 'The biggest leak. ' else ''
    end || case
        when value is null then coalesce(title, layer_name) || ': nothing is mature yet.'
        when benchmark is null then value_in_words || '; no benchmark to compare it with.'
        when gap = 0 then value_in_words || ', at or beyond ' || benchmark_in_words || '.'
        when worth is null then value_in_words || ' where ' || benchmark_in_words || ' is aimed at.'
        else
            value_in_words || ' where ' || benchmark_in_words || ' is aimed at: ' || arithmetic
            || coalesce(
                ', less ' || {{ shown('explained') }} || ' that ' || feeding_layer_name
                || ' explains.',
                '.'
            )
    end as reason
from told
