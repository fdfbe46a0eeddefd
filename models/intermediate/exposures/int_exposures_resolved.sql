{#
    Says of every exposure who saw it, as the user of today: aliases are followed, and a device
    seen before sign-up is its owner's. Placeholder ids are nobody.
#}

with

experiment_exposures as (

    select * from {{ ref('stg_native__experiment_exposures') }}

),

placeholder_ids as (

    select * from {{ ref('placeholder_ids') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

identities as (

    select * from {{ ref('int_identities') }}

)

select
    exposures.file_id,
    exposures.line_number,
    exposures.experiment,
    exposures.unit_type,
    coalesce(user_aliases.user_id, identities.user_id, exposures.unit_id) as unit_id,
    exposures.variant,
    exposures.exposed_at
from experiment_exposures as exposures
left join placeholder_ids on lower(exposures.unit_id) = placeholder_ids.placeholder_id
left join user_aliases
    on exposures.unit_type = 'user'
    and exposures.unit_id = user_aliases.from_id
left join identities
    on exposures.unit_type = 'user'
    and exposures.unit_id = identities.anonymous_id
    and exposures.exposed_at >= identities.valid_from
    and (identities.valid_to is null or exposures.exposed_at < identities.valid_to)
where placeholder_ids.placeholder_id is null
