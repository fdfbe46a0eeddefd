{# Writes every condition as one text, so that equal conditions are evaluated once. #}

with

definition_rows as (

    select * from {{ ref('int_definition_rows') }}

)

select
    kind,
    definition,
    part,
    alternative,
    event_name,
    property,
    coalesce(property_scope, 'event') as property_scope,
    operator,
    coalesce(value, '') as value,
    case
        when property is null then ''
        else
            coalesce(property_scope, 'event') || ' ' || property
            || ' ' || operator || ' ' || coalesce(value, '')
    end as condition
from definition_rows
