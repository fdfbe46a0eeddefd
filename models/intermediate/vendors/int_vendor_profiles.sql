{#
    Says how users and accounts were whenever a vendor said something new of them: every trait as
    it was said last. A version is known when all that it holds is.
#}

with

trait_changes as (

    select * from {{ ref('int_vendor_trait_changes') }}

),

versions as (

    select
        kind,
        id,
        occurred_at,
        max(known_at) as known_at,
        max(file_id) as file_id,
        max(line_number) as line_number
    from trait_changes
    group by kind, id, occurred_at

),

traits as (

    select distinct
        kind,
        id,
        trait
    from trait_changes

),

values_at_versions as (

    select
        kind,
        id,
        trait,
        occurred_at,
        max_by(trait_value, {{ row_key('file_id', 'line_number') }}) as trait_value
    from trait_changes
    group by kind, id, trait, occurred_at

),

traits_of_all_versions as (

    select
        versions.kind,
        versions.id,
        versions.occurred_at,
        traits.trait,
        values_at_versions.trait_value,
        count(values_at_versions.trait_value) over (
            partition by versions.kind, versions.id, traits.trait
            order by versions.occurred_at
            rows between unbounded preceding and current row
        ) as nth_value
    from versions
    inner join traits
        on versions.kind = traits.kind
        and versions.id = traits.id
    left join values_at_versions
        on versions.kind = values_at_versions.kind
        and versions.id = values_at_versions.id
        and versions.occurred_at = values_at_versions.occurred_at
        and traits.trait = values_at_versions.trait

),

values_carried_on as (

    select
        kind,
        id,
        occurred_at,
        trait,
        max(trait_value) over (partition by kind, id, trait, nth_value) as trait_value
    from traits_of_all_versions
    where nth_value > 0

),

objects as (

    select
        kind,
        id,
        occurred_at,
        '{'
        || {{ ordered_list(json_quoted('trait') ~ " || ':' || trait_value", ['trait'], ',') }}
        || '}' as properties
    from values_carried_on
    group by kind, id, occurred_at

)

select
    versions.kind,
    versions.id,
    max(versions.known_at) over (
        partition by versions.kind, versions.id
        order by versions.occurred_at
        rows between unbounded preceding and current row
    ) as known_at,
    versions.occurred_at,
    versions.file_id,
    versions.line_number,
    objects.properties
from versions
inner join objects
    on versions.kind = objects.kind
    and versions.id = objects.id
    and versions.occurred_at = objects.occurred_at
