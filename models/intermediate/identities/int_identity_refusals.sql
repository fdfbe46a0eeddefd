{#
    Names the ids that merge nobody, so that nothing is left out in silence: placeholders such as
    "null", and users seen on more anonymous ids than one person has.
#}

with

sightings as (

    select * from {{ ref('int_identity_sightings') }}

),

events as (

    select * from {{ ref('int_events_distinct') }}

),

placeholder_ids as (

    select * from {{ ref('placeholder_ids') }}

),

users_on_too_many_ids as (

    select
        user_id,
        count(*) as anonymous_ids
    from sightings
    group by user_id
    having count(*) > {{ var('identity_cluster_limit') }}

),

ids_as_sent as (

    select
        user_id as id,
        count(*) as events
    from events
    where user_id is not null
    group by user_id
    union all
    select
        anonymous_id as id,
        count(*) as events
    from events
    where anonymous_id is not null
    group by anonymous_id

)

select
    user_id as id,
    'cluster' as rule,
    cast(anonymous_ids as bigint) as occurrences
from users_on_too_many_ids
union all
select
    id,
    'placeholder' as rule,
    cast(sum(events) as bigint) as occurrences
from ids_as_sent
where lower(id) in (select placeholder_ids.placeholder_id from placeholder_ids)
group by id
