-- The steps of each funnel over all who entered long enough ago, with those lost at each step. Who
-- leaves out an optional step is not lost: the step after it is compared with the one before it.
with required as (
    select
        steps.*,
        funnels.grain,
        funnels.step_order,
        funnels.window_value,
        funnels.window_unit,
        funnels.entered_from,
        funnels.entered_to,
        steps.step_number > 1 and funnels.step_order <> 'unordered' and exists (
            select 1 from definitions.funnel_steps as written
            where
                written.funnel = steps.funnel
                and written.step_number = steps.step_number
                and written.is_optional
        ) as is_optional
    from funnel.funnel_by_step as steps
    inner join definitions.funnels as funnels
        on steps.funnel = funnels.funnel
    where steps.breakdown_value is null
)

select
    funnel,
    grain,
    step_order,
    window_value,
    window_unit,
    entered_from,
    entered_to,
    step_number,
    step_name,
    is_optional,
    actors,
    mature_actors,
    rate_from_start,
    rate_from_previous,
    median_seconds_from_previous,
    last_value(case when not is_optional then step_number end ignore nulls) over before
        as step_before,
    last_value(case when not is_optional then step_name end ignore nulls) over before
        as name_before,
    last_value(case when not is_optional then mature_actors end ignore nulls) over before
        as actors_before,
    case when not is_optional then actors_before - mature_actors end as lost
from required
window before as (
    partition by funnel order by step_number rows between unbounded preceding and 1 preceding
)
order by funnel, step_number
