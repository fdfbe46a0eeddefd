{# Says what a minor unit of the reporting currency is worth in its major unit. #}

with

currencies as (

    select * from {{ ref('currencies') }}

)

select
    currency,
    cast(1 / cast(rpad('1', cast(exponent + 1 as int), '0') as double) as decimal(9, 8))
        as minor_unit
from currencies
where currency = '{{ var("reporting_currency") }}'
