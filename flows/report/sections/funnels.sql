-- The steps of each funnel over all who entered long enough ago, with those lost at each step.
select
    steps.funnel,
    funnels.grain,
    funnels.step_order,
    funnels.window_value,
    funnels.window_unit,
    funnels.entered_from,
    funnels.entered_to,
    steps.step_number,
    steps.step_name,
    steps.actors,
    steps.mature_actors,
    steps.rate_from_start,
    steps.rate_from_previous,
    steps.median_seconds_from_previous,
    lag(steps.mature_actors) over (partition by steps.funnel order by steps.step_number)
    - steps.mature_actors as lost
from funnel.funnel_by_step as steps
inner join definitions.funnels as funnels
    on steps.funnel = funnels.funnel
where steps.breakdown_value is null
order by steps.funnel, steps.step_number
