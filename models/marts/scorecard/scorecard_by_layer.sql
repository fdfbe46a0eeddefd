{#
    Where do we lose most, and what would it be worth to stop it?

    The worth of a gap is told factor by factor in `reason`. What another layer's gap causes is not
    counted twice: a layer that feeds it (seed layers) explains as much as it is worth, and all
    when it is deeply short: it is to be mended first. The biggest leak is the layer worth most.
#}

with

layers as (

    select * from {{ ref('int_layer_worths') }}

),

feeding_layers as (

    select
        layer,
        {{ split_rows("coalesce(fed_by, '')", '|') }} as feeding_layer
    from layers

),

feeders_by_weight as (

    select
        feeding_layers.layer,
        feeders.layer_name,
        feeders.worth,
        feeders.is_deep,
        row_number() over (
            partition by feeding_layers.layer
            order by
                feeders.is_deep desc,
                case when feeders.is_deep then feeders.fed_by end asc nulls first,
                feeders.worth desc nulls last, feeders.layer asc
        ) as place
    from feeding_layers
    inner join layers as feeders
        on try_cast(feeding_layers.feeding_layer as bigint) = feeders.layer
    where feeders.gap > 0 and coalesce(feeders.worth, 1) > 0

),

net_worths as (

    select
        layers.*,
        coalesce(feeders.is_deep, false) as is_explained,
        case
            when feeders.is_deep then ', all of it due to ' || feeders.layer_name
            else ', less ' || {{ shown('feeders.worth') }} || ' due to ' || feeders.layer_name
        end as explanation,
        case
            when feeders.is_deep or feeders.worth >= layers.worth then 0
            else layers.worth - coalesce(feeders.worth, 0)
        end as net_worth
    from layers
    left join feeders_by_weight as feeders
        on layers.layer = feeders.layer and feeders.place = 1 and coalesce(layers.worth, 1) > 0

),

ranked as (

    select
        net_worths.*,
        coalesce(gap, 0) > 0
        and row_number() over (
            order by
                nullif(net_worth, 0) desc nulls last, is_explained asc,
                shortfall desc nulls last, layer asc
        ) = 1 as is_biggest_leak,
        case when unit = 'fraction' then 100 else 1 end as scale,
        case when unit = 'fraction' then ' %' else '' end as sign
    from net_worths

),

told as (

    select
        ranked.*,
        title || ': ' || {{ shown('value * scale') }} || sign || caution as value_in_words,
        {{ shown('benchmark * scale') }} || sign || ' (' || aim || ' of others)' as aim_in_words,
        {{ shown('units_a_month') }} || ' ' || units || ' a month'
        || ' x ' || {{ shown('gap_factor', 4) }}
        || ' x ' || {{ shown('later_rate', 4) }} || ' ' || later
        || coalesce(' (' || {{ shown('otherwise_rate', 4) }} || ' otherwise)', '')
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
        when is_biggest_leak and aim = 'median' then 'The biggest leak. '
        when is_biggest_leak then 'No layer is below the median; this one has most to gain. '
        else ''
    end || case
        when value is null then coalesce(title, layer_name) || ': nothing to measure yet.'
        when benchmark is null then value_in_words || '; no benchmark to compare it with.'
        when gap = 0 then value_in_words || ', at or beyond ' || aim_in_words || '.'
        when worth is null then value_in_words || ' where ' || aim_in_words || ' is aimed at.'
        else
            value_in_words || ' where ' || aim_in_words || ' is aimed at: ' || arithmetic
            || coalesce(explanation, '') || '.'
    end as reason
from told
