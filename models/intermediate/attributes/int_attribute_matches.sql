{#
    Finds from when till when all conditions of an alternative held on what was known of a user
    or account.

    The row of nobody, with an empty id, says what holds where nothing is known.
#}

with

user_attributes as (

    select * from {{ ref('int_user_attributes') }}

),

account_attributes as (

    select * from {{ ref('int_account_attributes') }}

),

attribute_conditions as (

    select * from {{ ref('int_attribute_conditions') }}

),

condition_values as (

    select * from {{ ref('int_condition_values') }}

),

attributes as (

    select
        user_id as subject_id,
        known_from,
        known_to,
        is_version,
        property_scope,
        property,
        value
    from user_attributes
    union all
    select
        account_id as subject_id,
        known_from,
        known_to,
        is_version,
        property_scope,
        property,
        value
    from account_attributes
    union all
    select distinct
        '' as subject_id,
        timestamp '1970-01-01 00:00:00' as known_from,
        timestamp '9999-12-31 00:00:00' as known_to,
        false as is_version,
        property_scope,
        property,
        cast(null as string) as value
    from attribute_conditions

),

conditions as (

    select
        attribute_conditions.*,
        count(*) over (partition by kind, definition, part, alternative) as conditions
    from attribute_conditions

)

select
    conditions.kind,
    conditions.definition,
    conditions.part,
    conditions.alternative,
    attributes.subject_id,
    attributes.known_from,
    attributes.known_to,
    attributes.is_version,
    {{ ordered_list("coalesce(attributes.value, '')", ['conditions.condition'], ', ') }} as value
from attributes
inner join conditions
    on attributes.property_scope = conditions.property_scope
    and attributes.property = conditions.property
inner join condition_values
    on conditions.condition = condition_values.condition
    and attributes.value is not distinct from condition_values.value
group by
    conditions.kind,
    conditions.definition,
    conditions.part,
    conditions.alternative,
    attributes.subject_id,
    attributes.known_from,
    attributes.known_to,
    attributes.is_version
having count(*) = min(conditions.conditions)
