{# Says what a minor unit of the reporting currency is worth: a hundredth, unless we know better. #}

with

currencies as (

    select * from {{ ref('currencies') }}

)

select
    '{{ var("reporting_currency") }}' as currency,
    cast(coalesce(
        max(1 / cast(rpad('1', cast(exponent + 1 as int), '0') as double)),
        cast(1 as double) / 100
    ) as decimal(9, 8)) as minor_unit
from currencies
where currency = '{{ var("reporting_currency") }}'
