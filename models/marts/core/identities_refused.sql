{# Which ids merge nobody, and why? #}

with

refusals as (

    select * from {{ ref('int_identity_refusals') }}

)

select
    id,
    rule,
    occurrences
from refusals
