{#
    Numbers the rules: a rule is one event with all conditions that must hold for it together.

    Definitions that say the same share a rule, so that it is evaluated once.
#}

with

definition_conditions as (

    select * from {{ ref('int_definition_conditions') }}

),

distinct_conditions as (

    select distinct
        kind,
        definition,
        part,
        alternative,
        event_name,
        condition
    from definition_conditions

),

rules_as_text as (

    select
        kind,
        definition,
        part,
        alternative,
        event_name,
        count(case when condition <> '' then 1 end) as conditions,
        event_name || ' ' || {{ ordered_list('condition', ['condition'], ' and ') }} as rule
    from distinct_conditions
    group by kind, definition, part, alternative, event_name

)

select
    kind,
    definition,
    part,
    alternative,
    event_name,
    conditions,
    rule,
    dense_rank() over (order by rule asc) as rule_id
from rules_as_text
