{#
    Brings the rules of all definitions into one shape: which event, and what its property must be.
#}

with

activation_milestones as (

    select * from {{ ref('activation_milestones') }}

),

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

funnel_exclusions as (

    select * from {{ ref('funnel_exclusions') }}

),

retention_events as (

    select * from {{ ref('retention_events') }}

),

lifecycles as (

    select * from {{ ref('lifecycles') }}

),

pql_signals as (

    select * from {{ ref('pql_signals') }}

),

conditions as (

    select
        'activation' as kind,
        activation as definition,
        milestone as part,
        alternative,
        event_name,
        property,
        coalesce(property_scope, 'event') as property_scope,
        operator,
        coalesce(value, '') as value
    from activation_milestones
    union all
    select
        'funnel' as kind,
        funnel as definition,
        cast(step_number as string) as part,
        alternative,
        event_name,
        property,
        coalesce(property_scope, 'event') as property_scope,
        operator,
        coalesce(value, '') as value
    from funnel_steps
    union all
    select
        'funnel_exclusion' as kind,
        funnel as definition,
        cast(after_step as string) || ':' || cast(before_step as string) as part,
        alternative,
        event_name,
        property,
        coalesce(property_scope, 'event') as property_scope,
        operator,
        coalesce(value, '') as value
    from funnel_exclusions
    union all
    select
        'retention' as kind,
        retention as definition,
        role as part,
        alternative,
        event_name,
        property,
        coalesce(property_scope, 'event') as property_scope,
        operator,
        coalesce(value, '') as value
    from retention_events
    union all
    select
        'lifecycle' as kind,
        lifecycle as definition,
        'active' as part,
        alternative,
        event_name,
        property,
        coalesce(property_scope, 'event') as property_scope,
        operator,
        coalesce(value, '') as value
    from lifecycles
    union all
    select
        'pql' as kind,
        model as definition,
        signal as part,
        alternative,
        event_name,
        property,
        coalesce(property_scope, 'event') as property_scope,
        operator,
        coalesce(value, '') as value
    from pql_signals
    where event_name is not null

)

select
    kind,
    definition,
    part,
    alternative,
    event_name,
    property,
    property_scope,
    operator,
    value,
    case
        when property is null then ''
        else property_scope || ' ' || property || ' ' || operator || ' ' || value
    end as condition
from conditions
