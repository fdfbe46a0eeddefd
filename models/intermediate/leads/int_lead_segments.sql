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
    bracket as segment
from leads
where bracket is not null
