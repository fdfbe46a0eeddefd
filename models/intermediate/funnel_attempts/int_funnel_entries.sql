{#
    Finds where attempts begin, and when each has to be done.

    Only the entry must lie in the funnel's range of dates. `first` is the first one within it.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_step_events as (

    select * from {{ ref('int_funnel_step_events') }}

),

entries as (

    select
        funnel_step_events.funnel_number,
        funnel_step_events.walker,
        funnel_step_events.occurred_at as entered_at,
        funnels.walk,
        funnels.entry,
        funnels.is_judged,
        funnels.window_value,
        funnels.window_unit
    from funnel_step_events
    inner join funnels on funnel_step_events.funnel_number = funnels.funnel_number
    where
        (funnel_step_events.step_number = 1 or funnels.walk = 'gathered')
        and (
            funnels.entered_from_at is null
            or funnel_step_events.occurred_at >= funnels.entered_from_at
        )
        and (
            funnels.entered_before_at is null
            or funnel_step_events.occurred_at < funnels.entered_before_at
        )

),

first_entries as (

    select
        funnel_number,
        walker,
        min(entered_at) as entered_at
    from entries
    where entry = 'first'
    group by funnel_number, walker

)

select
    entries.funnel_number,
    entries.walker,
    entries.walk,
    entries.is_judged,
    entries.entered_at,
    {{ add_periods('entries.entered_at', 'entries.window_value', 'entries.window_unit') }}
        as deadline
from entries
left join first_entries
    on entries.funnel_number = first_entries.funnel_number
    and entries.walker = first_entries.walker
where entries.entry = 'any' or entries.entered_at = first_entries.entered_at
