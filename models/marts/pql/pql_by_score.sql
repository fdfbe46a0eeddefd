{#
    How likely is one with such a score to convert?

    The later moments in bands of about equal size, highest first, by our points and by
    the learned score. What the learned score promised (from the earlier moments) stands beside
    what came true: the rate that came true is its calibration.
#}

with

scores as (

    select * from {{ ref('int_score_bands') }}

)

select
    model,
    score_name,
    band,
    min(score) as lowest_score,
    max(score) as highest_score,
    cast(sum(actors) as bigint) as moments,
    cast(sum(converted) as bigint) as converted,
    sum(converted) / nullif(sum(actors), 0) as conversion_rate,
    case
        when score_name = 'learned'
            then sum(actors / nullif(1 + exp(-score), 0)) / nullif(sum(actors), 0)
    end as promised_rate,
    sum(converted) / nullif(sum(actors), 0)
    / nullif(min(all_converted) / nullif(min(all_actors), 0), 0) as lift
from scores
group by model, score_name, band
