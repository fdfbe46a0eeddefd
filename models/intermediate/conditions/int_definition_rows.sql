{#
    Brings the rule rows of all definitions into one shape. What lead signals ask of a user is in
    int_attribute_conditions.
#}

with

activation_conditions as (

    select
        'activation' as kind,
        activation as definition,
        milestone as part,
        alternative,
        event_name,
        property,
        property_scope,
        operator,
        value
    from {{ ref('activation_milestones') }}

),

funnel_conditions as (

    select
        'funnel' as kind,
        funnel as definition,
        cast(step_number as string) as part,
        alternative,
        event_name,
        property,
        property_scope,
        operator,
        value
    from {{ ref('funnel_steps') }}

),

exclusion_conditions as (

    select
        'funnel_exclusion' as kind,
        funnel as definition,
        cast(after_step as string) || ':' || cast(before_step as string) as part,
        alternative,
        event_name,
        property,
        property_scope,
        operator,
        value
    from {{ ref('funnel_exclusions') }}

),

retention_conditions as (

    select
        'retention' as kind,
        retention as definition,
        role as part,
        alternative,
        event_name,
        property,
        property_scope,
        operator,
        value
    from {{ ref('retention_events') }}

),

lifecycle_conditions as (

    select
        'lifecycle' as kind,
        lifecycle as definition,
        'active' as part,
        alternative,
        event_name,
        property,
        property_scope,
        operator,
        value
    from {{ ref('lifecycles') }}

),

signal_conditions as (

    select
        'pql' as kind,
        model as definition,
        signal as part,
        alternative,
        event_name,
        case when coalesce(property_scope, 'event') = 'event' then property end as property,
        'event' as property_scope,
        operator,
        value
    from {{ ref('pql_signals') }}
    where source not in ('attribute', 'limit')

)

select * from activation_conditions
union all
select * from funnel_conditions
union all
select * from exclusion_conditions
union all
select * from retention_conditions
union all
select * from lifecycle_conditions
union all
select * from signal_conditions
