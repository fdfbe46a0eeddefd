{# Splits the properties a funnel is broken down by, keeping their order. #}

with recursive

funnels as (

    select * from {{ ref('int_funnels') }}

),

properties as (

    select
        funnel_number,
        breakdown_scope,
        breakdown_attribution,
        breakdown_property,
        1 as position,
        split_part(breakdown_property, '|', 1) as property
    from funnels
    where breakdown_property is not null
    union all
    select
        funnel_number,
        breakdown_scope,
        breakdown_attribution,
        breakdown_property,
        position + 1 as position,
        split_part(breakdown_property, '|', position + 1) as property
    from properties
    where split_part(breakdown_property, '|', position + 1) <> ''

)

select
    funnel_number,
    position,
    property,
    breakdown_scope,
    breakdown_attribution
from properties
