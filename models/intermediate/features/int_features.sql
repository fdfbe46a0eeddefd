{# Lists the features: those defined, and those that only the event catalogue names. #}

with

features as (

    select * from {{ ref('features') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

),

plans as (

    select * from {{ ref('plans') }}

),

names as (

    select feature
    from features
    union
    select feature
    from event_catalog
    where feature is not null

)

select
    names.feature,
    plans.tier as minimum_tier
from names
left join features on names.feature = features.feature
left join plans on features.minimum_plan = plans.plan
