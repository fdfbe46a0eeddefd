{# Says of every active period of an actor whether it is the first, follows one, or a gap. #}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='actor_id') }}

with

activity as (

    select *
    from {{ ref('int_lifecycle_activity') }}
    where {{ touched('actor_id') }}

),

active_periods as (

    select distinct
        lifecycle,
        actor_id,
        period_number
    from activity

),

active_periods_after_their_previous as (

    select
        lifecycle,
        actor_id,
        period_number,
        lag(period_number) over (
            partition by lifecycle, actor_id
            order by period_number asc
        ) as previous_number
    from active_periods

)

select
    lifecycle,
    actor_id,
    period_number,
    case
        when previous_number is null then 'new'
        when previous_number = period_number - 1 then 'returning'
        else 'resurrecting'
    end as state
from active_periods_after_their_previous
