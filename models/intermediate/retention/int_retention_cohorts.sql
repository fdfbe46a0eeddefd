{#
    Puts actors into cohorts: each once, by its first start ever, or, where the retention is
    recurring, into every period with a start.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='actor_id') }}

with

settings as (

    select * from {{ ref('int_retention_settings') }}

),

activity as (

    select *
    from {{ ref('int_retention_activity') }}
    where {{ touched('actor_id') }}

),

starts_in_order as (

    select
        retention,
        actor_id,
        period_start,
        period_number,
        started_at,
        row_number() over (
            partition by retention, actor_id
            order by period_number asc
        ) as start_number
    from activity
    where started_at is not null

)

select
    starts_in_order.retention,
    starts_in_order.actor_id,
    starts_in_order.period_start as cohort_start,
    starts_in_order.period_number as cohort_number,
    starts_in_order.started_at
from starts_in_order
inner join settings on starts_in_order.retention = settings.retention
where starts_in_order.start_number = 1 or settings.cohort = 'recurring'
