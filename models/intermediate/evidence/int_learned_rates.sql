{# Says from which learned score on which share converted: the bands of the later moments. #}

with

bands as (

    select * from {{ ref('int_score_bands') }}

)

select
    model,
    band,
    min(score) as lowest_score,
    sum(converted) / nullif(sum(actors), 0) as conversion_rate
from bands
where score_name = 'learned'
group by model, band
