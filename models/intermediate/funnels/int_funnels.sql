{#
    Numbers the funnels and says how each is walked.

    `direct`: no event can serve two steps, so the next event of the next step is always right.
    `by_instant`: what happened at one instant is weighed together, then the next is right.
    `searched`: with optional steps or windows between steps, the next may be wrong.
    `gathered`: unordered; only how many of the steps were done matters.
    Where `is_judged`, an attempt can turn out not to count, so all are kept until that is known.
#}

with

funnels as (

    select * from {{ ref('funnels') }}

),

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

funnels_with_exclusions as (

    select distinct funnel
    from {{ ref('funnel_exclusions') }}

),

steps_counted as (

    select
        funnel,
        max(step_number) as steps,
        max(case when is_optional and step_number > 1 then 1 else 0 end) as has_optional_steps,
        max(case when within_value is not null and step_number > 1 then 1 else 0 end)
            as has_step_windows
    from funnel_steps
    group by funnel

),

funnels_whose_steps_may_share_events as (

    select distinct one_step.funnel
    from funnel_steps as one_step
    inner join funnel_steps as other_step
        on one_step.funnel = other_step.funnel
        and one_step.step_number < other_step.step_number
        and (
            one_step.event_name = other_step.event_name
            or one_step.event_name = '*'
            or other_step.event_name = '*'
        )

),

settings as (

    select
        *,
        row_number() over (order by funnel asc) as funnel_number,
        coalesce(step_order, 'ordered') as order_of_steps,
        case
            when breakdown_property is not null then coalesce(breakdown_attribution, 'first')
        end as attribution
    from funnels

)

select
    settings.funnel,
    settings.funnel_number,
    settings.grain,
    settings.order_of_steps as step_order,
    coalesce(settings.entry, 'any') as entry,
    settings.window_value,
    settings.window_unit,
    {{ local_to_utc('settings.entered_from') }} as entered_from_at,
    {{ local_to_utc("settings.entered_to + interval '1' day") }} as entered_before_at,
    settings.breakdown_property,
    coalesce(settings.breakdown_scope, 'event') as breakdown_scope,
    settings.attribution as breakdown_attribution,
    settings.breakdown_step,
    settings.breakdown_limit,
    steps_counted.steps,
    case
        when settings.order_of_steps = 'unordered' then 'gathered'
        when steps_counted.has_optional_steps = 1 or steps_counted.has_step_windows = 1
            then 'searched'
        when
            settings.order_of_steps = 'ordered'
            and funnels_whose_steps_may_share_events.funnel is null
            then 'direct'
        else 'by_instant'
    end as walk,
    steps_counted.has_optional_steps = 1
    and (steps_counted.has_step_windows = 1 or settings.order_of_steps = 'no_interleaving')
        as has_detours,
    funnels_with_exclusions.funnel is not null or coalesce(settings.attribution, '') = 'step'
        as is_judged
from settings
inner join steps_counted on settings.funnel = steps_counted.funnel
left join funnels_whose_steps_may_share_events
    on settings.funnel = funnels_whose_steps_may_share_events.funnel
left join funnels_with_exclusions on settings.funnel = funnels_with_exclusions.funnel
