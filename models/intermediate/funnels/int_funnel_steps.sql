{#
    Brings the rows of a step together, and says between which steps it may be skipped. A row of an
    unordered funnel is no step: it is called "2 of 3".
#}

with

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

funnels as (

    select * from {{ ref('int_funnels') }}

),

steps as (

    select
        funnels.funnel_number,
        funnels.steps,
        funnels.step_order,
        funnel_steps.step_number,
        coalesce(min(funnel_steps.step_name), min(funnel_steps.event_name)) as step_name,
        min(funnel_steps.within_value) as within_value,
        min(funnel_steps.within_unit) as within_unit,
        max(
            case
                when
                    funnel_steps.is_optional
                    and funnel_steps.step_number > 1
                    and funnels.step_order <> 'unordered'
                    then 1
                else 0
            end
        ) as optional_steps
    from funnel_steps
    inner join funnels on funnel_steps.funnel = funnels.funnel
    group by funnels.funnel_number, funnels.steps, funnels.step_order, funnel_steps.step_number

)

select
    funnel_number,
    step_number,
    case step_order
        when 'unordered' then cast(step_number as string) || ' of ' || cast(steps as string)
        else step_name
    end as step_name,
    {{ bit('step_number') }} as step_bit,
    within_value,
    within_unit,
    optional_steps = 1 as is_optional,
    coalesce(
        max(case when optional_steps = 0 then step_number end) over (
            partition by funnel_number
            order by step_number asc
            rows between unbounded preceding and 1 preceding
        ),
        0
    ) as previous_mandatory_step,
    coalesce(
        min(case when optional_steps = 0 then step_number end) over (
            partition by funnel_number
            order by step_number asc
            rows between 1 following and unbounded following
        ),
        steps + 1
    ) as next_mandatory_step
from steps
