{#
    Finds since when nothing has come in between that ends an attempt, in the orders that mind.

    An attempt gets on at an instant only if it has stood since `free_since` or later. Strict: since
    the instant before, and nothing may lie between. Under no_interleaving: since the last instant
    with a stranger, or with an event beyond the step that had to come next.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_steps as (

    select * from {{ ref('int_funnel_steps') }}

),

funnel_instants as (

    select * from {{ ref('int_funnel_instants') }}

),

instants_by_step as (

    select
        funnel_instants.funnel_number,
        funnel_instants.walker,
        funnel_instants.occurred_at,
        funnel_steps.step_number as from_step,
        funnels.step_order,
        funnel_instants.previous_at,
        funnel_instants.has_strangers_before,
        case
            when
                funnel_instants.has_strangers
                or funnel_instants.highest_lowest_step > funnel_steps.next_mandatory_step
                then funnel_instants.occurred_at
        end as blocked_at,
        case when funnel_instants.has_strangers_before then funnel_instants.occurred_at end
            as blocked_before_at
    from funnel_instants
    inner join funnels
        on funnel_instants.funnel_number = funnels.funnel_number
        and funnels.step_order in ('strict', 'no_interleaving')
    inner join funnel_steps on funnel_instants.funnel_number = funnel_steps.funnel_number

)

select
    funnel_number,
    walker,
    occurred_at,
    from_step,
    case
        when step_order = 'strict' and has_strangers_before then occurred_at
        when step_order = 'strict' then previous_at
        else
            greatest(
                max(blocked_at) over (
                    partition by funnel_number, walker, from_step
                    order by occurred_at asc
                    rows between unbounded preceding and 1 preceding
                ),
                max(blocked_before_at) over (
                    partition by funnel_number, walker, from_step
                    order by occurred_at asc
                    rows between unbounded preceding and current row
                )
            )
    end as free_since
from instants_by_step
