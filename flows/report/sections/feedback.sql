-- The score of each survey by month, with its 95 % interval.
select
    survey,
    survey_type,
    month,
    responses,
    promoters,
    passives,
    detractors,
    score,
    score_low,
    score_high
from feedback.feedback_by_month
where
    segment_name is null
    and month > (
        select max(month) - interval 24 month
        from feedback.feedback_by_month
    )
order by survey_type != 'nps', survey, month
