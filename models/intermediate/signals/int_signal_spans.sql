{#
    Says from when till when each fact stands in a signal's look-back: it enters when it is known
    and leaves `within_days` after it happened, that instant still included.

    A surge has a second look-back before the first. Limits and seats count within a plan in
    force, each apart. Of facts of one item (user, feature or day) the stretches are joined.
#}

with

facts as (

    select * from {{ ref('int_signal_facts') }}

),

signals as (

    select * from {{ ref('int_signals') }}

),

actor_terms as (

    select * from {{ ref('int_actor_terms') }}

),

plans as (

    select * from {{ ref('plans') }}

),

facts_by_source as (

    select
        facts.*,
        signals.source,
        signals.grain,
        signals.needed
    from facts
    inner join signals on facts.signal_number = signals.signal_number

),

spans as (

    select
        signal_number,
        actor_id,
        item,
        cast(null as timestamp) as term_started_at,
        needed,
        false as is_earlier,
        known_from as started_at,
        least(known_to, left_at) as ended_at
    from facts_by_source
    where source in ('event_count', 'surge') or (item is not null and source <> 'seats')
    union all
    select
        signal_number,
        actor_id,
        item,
        cast(null as timestamp) as term_started_at,
        needed,
        true as is_earlier,
        greatest(known_from, left_at) as started_at,
        least(known_to, left_earlier_at) as ended_at
    from facts_by_source
    where source = 'surge'
    union all
    select
        facts.signal_number,
        facts.actor_id,
        facts.item,
        actor_terms.known_from as term_started_at,
        facts.needed * cast(
            case when facts.source = 'seats' then plans.seat_limit else plans.usage_limit end
            as decimal(18, 6)
        ) as needed,
        false as is_earlier,
        greatest(facts.known_from, actor_terms.known_from) as started_at,
        least(facts.known_to, facts.left_at, actor_terms.known_to) as ended_at
    from facts_by_source as facts
    inner join actor_terms
        on facts.grain = actor_terms.grain
        and facts.actor_id = actor_terms.actor_id
        and actor_terms.kind = 'plan'
    inner join plans
        on actor_terms.plan = plans.plan
        and (facts.source = 'seats' or facts.event_name = plans.usage_event)
    where facts.source = 'limit' or (facts.source = 'seats' and facts.item is not null)

),

spans_after_earlier_ones as (

    select
        spans.*,
        max(case when item is not null then ended_at end) over (
            partition by signal_number, actor_id, item, term_started_at
            order by started_at asc, ended_at asc
            rows between unbounded preceding and 1 preceding
        ) as present_until
    from spans
    where started_at < ended_at and needed is not null

)

select
    signal_number,
    actor_id,
    term_started_at,
    needed,
    is_earlier,
    greatest(started_at, coalesce(present_until, started_at)) as started_at,
    ended_at
from spans_after_earlier_ones
where present_until is null or ended_at > present_until
