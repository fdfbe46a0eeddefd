{#
    Cuts deals into brackets at the sizes that a model's routing rules name; one more is for deals
    of unknown size.
#}

with

routing_rules as (

    select * from {{ ref('routing_rules') }}

),

cuts as (

    select
        model,
        minimum_deal_size as starts_at
    from routing_rules
    where minimum_deal_size > 0
    union
    select
        model,
        cast(0 as decimal(18, 2)) as starts_at
    from routing_rules
    where minimum_deal_size > 0

),

brackets as (

    select
        model,
        starts_at,
        lead(starts_at) over (partition by model order by starts_at asc) as ends_at
    from cuts

)

select
    model,
    starts_at,
    ends_at,
    case
        when starts_at = 0 then 'below ' || {{ plain_number('cast(ends_at as double)') }}
        when ends_at is null
            then {{ plain_number('cast(starts_at as double)') }} || ' and more'
        else
            {{ plain_number('cast(starts_at as double)') }} || ' to '
            || {{ plain_number('cast(ends_at as double)') }}
    end as bracket
from brackets
union all
select distinct
    model,
    cast(null as decimal(18, 2)) as starts_at,
    cast(null as decimal(18, 2)) as ends_at,
    'unknown' as bracket
from brackets
