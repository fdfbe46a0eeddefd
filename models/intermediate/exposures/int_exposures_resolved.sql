{#
    Says of every exposure who saw it, as the user of today: aliases are followed, and a device
    seen before sign-up is its owner's. Placeholder ids are nobody.
#}

with

native_exposures as (

    select * from {{ ref('stg_native__experiment_exposures') }}

),

vendor_records as (

    select * from {{ ref('int_vendor_records') }}

),

placeholder_ids as (

    select * from {{ ref('placeholder_ids') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

identities as (

    select * from {{ ref('int_identities') }}

),

exposures as (

    select
        file_id,
        line_number,
        experiment,
        unit_type,
        unit_id,
        variant,
        exposed_at
    from native_exposures
    union all
    select
        file_id,
        line_number,
        experiment,
        'user' as unit_type,
        coalesce(user_id, anonymous_id) as unit_id,
        variant,
        occurred_at as exposed_at
    from vendor_records
    where experiment is not null and variant is not null

)

select
    exposures.file_id,
    exposures.line_number,
    exposures.experiment,
    exposures.unit_type,
    coalesce(user_aliases.user_id, identities.user_id, exposures.unit_id) as unit_id,
    exposures.variant,
    exposures.exposed_at
from exposures
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
