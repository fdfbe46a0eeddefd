{#
    How content are our users, and how sure may we be of it?

    NPS and CSAT are means of points, CES of scores; the bounds hold what the score may be with
    the confidence that was asked for, given how few answered. A user counts once a survey and
    month.
#}

with

answers_by_segment as (

    select * from {{ ref('int_survey_answers_by_segment') }}

),

survey_scales as (

    select
        survey_type,
        min(coalesce(points, lowest)) as lowest,
        max(coalesce(points, highest)) as highest
    from {{ ref('survey_categories') }}
    group by survey_type

),

summed_to_segment as (

    select
        survey,
        survey_type,
        month,
        segment_name,
        segment,
        count(*) as responses,
        count(case when category = 'promoter' then 1 end) as promoters,
        count(case when category = 'passive' then 1 end) as passives,
        count(case when category = 'detractor' then 1 end) as detractors,
        avg(cast(points as double)) as score,
        case survey_type
            when 'ces' then stddev_samp(cast(points as double))
            else stddev_pop(cast(points as double))
        end as deviation
    from answers_by_segment
    group by survey, survey_type, month, segment_name, segment

),

with_margin as (

    select
        summed_to_segment.*,
        {{ two_sided_deviate(var('feedback_confidence')) }} * deviation
        / nullif(sqrt(cast(responses as double)), 0) as margin
    from summed_to_segment

)

select
    with_margin.survey,
    with_margin.survey_type,
    with_margin.month,
    with_margin.segment_name,
    with_margin.segment,
    cast(with_margin.responses as bigint) as responses,
    cast(with_margin.promoters as bigint) as promoters,
    cast(with_margin.passives as bigint) as passives,
    cast(with_margin.detractors as bigint) as detractors,
    with_margin.score,
    case
        when with_margin.score - with_margin.margin < scales.lowest then scales.lowest
        else with_margin.score - with_margin.margin
    end as score_low,
    case
        when with_margin.score + with_margin.margin > scales.highest then scales.highest
        else with_margin.score + with_margin.margin
    end as score_high
from with_margin
inner join survey_scales as scales on with_margin.survey_type = scales.survey_type
