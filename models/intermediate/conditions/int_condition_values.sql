{#
    Evaluates every condition once against every value that its property ever had.

    Several values of a condition are OR-ed, save in a regular expression, where the bar means
    the same already. `is_not` and `not_contains` hold where the property is missing.
#}

with

definition_conditions as (

    select * from {{ ref('int_definition_conditions') }}

),

attribute_conditions as (

    select * from {{ ref('int_attribute_conditions') }}

),

property_values as (

    select * from {{ ref('int_property_values') }}

),

conditions as (

    select
        condition,
        property_scope,
        property,
        operator,
        value
    from definition_conditions
    where property is not null
    union
    select
        condition,
        property_scope,
        property,
        operator,
        value
    from attribute_conditions

),

operands as (

    select
        condition,
        property_scope,
        property,
        operator,
        {{ split_rows('value', '|') }} as operand
    from conditions
    where operator <> 'regex'
    union all
    select
        condition,
        property_scope,
        property,
        operator,
        value as operand
    from conditions
    where operator = 'regex'

),

operands_compared as (

    select
        operands.condition,
        operands.operator,
        property_values.value,
        case
            when operands.operator in ('exact', 'is_not')
                then property_values.value = operands.operand
            when operands.operator in ('contains', 'not_contains')
                then contains(lower(property_values.value), lower(operands.operand))
            when operands.operator in ('is_set', 'is_not_set')
                then length(property_values.value) > 0
            when operands.operator = 'regex'
                then {{ regexp_match('property_values.value', 'operands.operand') }}
            when operands.operator = 'gt'
                then property_values.ordering > {{ ordering_number('operands.operand') }}
            when operands.operator = 'gte'
                then property_values.ordering >= {{ ordering_number('operands.operand') }}
            when operands.operator = 'lt'
                then property_values.ordering < {{ ordering_number('operands.operand') }}
            when operands.operator = 'lte'
                then property_values.ordering <= {{ ordering_number('operands.operand') }}
        end as is_matched
    from operands
    inner join property_values
        on operands.property_scope = property_values.property_scope
        and operands.property = property_values.property

),

any_operand_matched as (

    select
        condition,
        operator,
        value,
        max(case when is_matched then 1 else 0 end) as is_matched
    from operands_compared
    group by condition, operator, value

)

select
    condition,
    value
from any_operand_matched
where
    (operator in ('is_not', 'not_contains', 'is_not_set') and is_matched = 0)
    or (operator not in ('is_not', 'not_contains', 'is_not_set') and is_matched = 1)
