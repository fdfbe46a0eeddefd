{#
    Takes the first or the last breakdown value that an event of the best attempt carries. Events
    of one step and instant are taken in the order of their ids.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='walker') }}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

touch_values as (

    select *
    from {{ ref('int_funnel_touch_values') }}
    where {{ touched('walker') }}

),

values_in_order as (

    select
        funnel_number,
        walker,
        breakdown_value,
        row_number() over (
            partition by funnel_number, walker
            order by is_carried desc, step_number asc, event_id asc, event_key asc
        ) as place_from_first,
        row_number() over (
            partition by funnel_number, walker
            order by is_carried desc, step_number desc, event_id desc, event_key desc
        ) as place_from_last
    from touch_values

)

select
    values_in_order.funnel_number,
    values_in_order.walker,
    values_in_order.breakdown_value
from values_in_order
inner join funnels on values_in_order.funnel_number = funnels.funnel_number
where
    case funnels.breakdown_attribution
        when 'first' then values_in_order.place_from_first
        else values_in_order.place_from_last
    end
    = 1
