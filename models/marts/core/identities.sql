{# Whose is an anonymous id, since when, and by which rule? #}

with

identities as (

    select * from {{ ref('int_identities') }}

)

select
    anonymous_id,
    user_id,
    rule,
    valid_from,
    valid_to
from identities
