{# Lists the local days on which each person actively used the product, by the event catalogue. #}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='person_id') }}

with

events as (

    select *
    from {{ ref('int_events_counted') }}
    where {{ touched('person_id') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

)

select
    events.person_id,
    cast({{ period_start(utc_to_local('events.occurred_at'), 'day') }} as date) as active_on,
    count(*) as events
from events
inner join event_catalog on events.event_name = event_catalog.event_name
where event_catalog.is_active_use and events.person_id is not null
group by
    events.person_id,
    cast({{ period_start(utc_to_local('events.occurred_at'), 'day') }} as date)
