{# Lists every lead once for all leads together and once for the bracket of its deal. #}

with

leads as (

    select * from {{ ref('int_leads') }}

)

select
    model,
    actor_id,
    qualification,
    month,
    is_mature,
    is_converted,
    qualified_at,
    converted_at,
    cast(null as string) as segment
from leads
union all
select
    model,
    actor_id,
    qualification,
    month,
    is_mature,
    is_converted,
    qualified_at,
    converted_at,
    bracket as segment
from leads
where bracket is not null
