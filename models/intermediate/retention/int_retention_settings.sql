{# Fills in what a retention leaves unsaid: first_time, on, one return. #}

with

retentions as (

    select * from {{ ref('retentions') }}

)

select
    retention,
    grain,
    period,
    periods,
    coalesce(cohort, 'first_time') as cohort,
    coalesce(kind, 'on') as kind,
    coalesce(min_returns, 1) as min_returns
from retentions
