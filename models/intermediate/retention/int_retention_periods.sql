{# Lists the period numbers of each retention: 0, the period of the start, to its last. #}

with

settings as (

    select * from {{ ref('int_retention_settings') }}

),

period_numbers as (

    select
        retention,
        period,
        kind,
        {{ number_series('0', 'periods') }} as period_number
    from settings

)

select
    retention,
    period,
    kind,
    cast(period_number as bigint) as period_number
from period_numbers
