{# Brings the rows of a lifecycle, one per condition, to one. #}

with

lifecycles as (

    select * from {{ ref('lifecycles') }}

)

select
    lifecycle,
    min(grain) as grain,
    min(period) as period,
    min(counted_from) as counted_from,
    max(counted_to) as counted_to
from lifecycles
group by lifecycle
