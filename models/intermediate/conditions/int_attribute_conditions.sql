{#
    Lists what lead signals and routing rules ask of a user or account, as known at an instant.

    The attribute of a signal is a column, else a key of `properties`; a condition on the user of
    an event looks at the key first. Hence two scopes for users.
#}

with

pql_models as (

    select * from {{ ref('pql_models') }}

),

pql_signals as (

    select * from {{ ref('pql_signals') }}

),

routing_rules as (

    select * from {{ ref('routing_rules') }}

),

conditions as (

    select
        'pql' as kind,
        pql_signals.model as definition,
        pql_signals.signal as part,
        pql_signals.alternative,
        pql_models.grain || '_attribute' as property_scope,
        pql_signals.attribute as property,
        pql_signals.operator,
        coalesce(pql_signals.value, '') as value
    from pql_signals
    inner join pql_models on pql_signals.model = pql_models.model
    where pql_signals.source = 'attribute'
    union
    select
        'pql' as kind,
        model as definition,
        signal as part,
        alternative,
        'user' as property_scope,
        property,
        operator,
        coalesce(value, '') as value
    from pql_signals
    where source not in ('attribute', 'limit') and property_scope = 'user' and property is not null
    union
    select
        'routing' as kind,
        model as definition,
        rule as part,
        1 as alternative,
        'account_attribute' as property_scope,
        property,
        operator,
        coalesce(value, '') as value
    from routing_rules
    where property is not null

)

select
    kind,
    definition,
    part,
    alternative,
    property_scope,
    property,
    operator,
    value,
    property_scope || ' ' || property || ' ' || operator || ' ' || value as condition
from conditions
