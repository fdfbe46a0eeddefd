{#
    Lists the attempts of the funnels that are walked step by step, and where each stands after
    the instant it began at.

    In a strict funnel an attempt may do more or fewer of its steps at that instant, so that the
    next event is the next one still: each way is a variant of it.
#}

with

funnel_entries as (

    select * from {{ ref('int_funnel_entries') }}

),

moves as (

    select * from {{ ref('int_funnel_moves_to_walk') }}

)

select
    funnel_number,
    walker,
    {{ moment('entered_at', '1') }} as attempt,
    deadline,
    1 as step,
    {{ moment('entered_at', '1') }} as stood,
    entered_at,
    is_judged
from funnel_entries
where walk = 'direct'
union all
select distinct
    funnel_entries.funnel_number,
    funnel_entries.walker,
    moves.arrives as attempt,
    funnel_entries.deadline,
    moves.to_step as step,
    moves.arrives as stood,
    funnel_entries.entered_at,
    funnel_entries.is_judged
from funnel_entries
inner join moves
    on funnel_entries.walk = 'by_instant'
    and moves.from_step = 0
    and funnel_entries.funnel_number = moves.funnel_number
    and funnel_entries.walker = moves.walker
    and funnel_entries.entered_at = moves.reached_at
