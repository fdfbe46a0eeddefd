{# Lists the values that the properties of conditions ever had, each once. #}

with

event_properties as (

    select * from {{ ref('int_event_properties') }}

),

user_attributes as (

    select * from {{ ref('int_user_attributes') }}

),

account_attributes as (

    select * from {{ ref('int_account_attributes') }}

),

property_values as (

    select
        property_scope,
        property,
        value
    from event_properties
    union
    select
        property_scope,
        property,
        value
    from user_attributes
    union
    select
        property_scope,
        property,
        value
    from account_attributes

)

select
    property_scope,
    property,
    value,
    {{ ordering_number('value') }} as ordering
from property_values
