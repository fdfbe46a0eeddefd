{# Which accounts reached the product's value together, and how fast after they were created? #}

with

activation_by_actor as (

    select * from {{ ref('int_activation_by_actor') }}

)

select
    activation,
    actor_id as account_id,
    signed_up_at as created_at,
    activated_at,
    seconds_to_value,
    is_activated,
    is_mature
from activation_by_actor
where grain = 'account'
