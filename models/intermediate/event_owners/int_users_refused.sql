{#
    Says since when a user was known to be on more anonymous ids than one person has; from then on
    none of them is his.
#}

with

sightings as (

    select * from {{ ref('int_identity_sightings') }}

),

sightings_in_order as (

    select
        user_id,
        known_at,
        row_number() over (partition by user_id order by known_at asc, anonymous_id asc)
            as anonymous_ids
    from sightings

)

select
    user_id,
    known_at as refused_at
from sightings_in_order
where anonymous_ids = {{ var('identity_cluster_limit') }} + 1
