{#
    Numbers who walks: every actor through all funnels of the grain; and, in a funnel whose
    breakdown decides which events count, the actor once more for each of the values.
    Those who walk for a value have negative numbers. Who has a number keeps it.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key=['grain', 'actor_id']) }}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

grains as (

    select distinct grain from {{ ref('int_funnels') }}

),

funnel_event_values as (

    select * from {{ ref('int_funnel_event_values') }}

),

events_of_actors {{ read_anew() }} (

    select
        grains.grain,
        case grains.grain
            when 'user' then events.person_id
            when 'account' then events.account_id
            else events.session_id
        end as actor_id,
        events.event_key
    from {{ ref('int_events_counted') }} as events
    cross join grains

),

before as (

    {{ rows_before(
        walker='bigint', grain='string', actor_id='string', funnel_number='bigint',
        breakdown_value='string'
    ) }}

),

walkers_seen as (

    select
        cast(null as bigint) as funnel_number,
        grain,
        actor_id,
        cast(null as string) as breakdown_value,
        min(event_key) as first_event_key
    from events_of_actors
    where {{ touched(['grain', 'actor_id']) }}
    group by grain, actor_id
    union all
    select
        funnel_event_values.funnel_number,
        funnels.grain,
        events_of_actors.actor_id,
        funnel_event_values.breakdown_value,
        min(events_of_actors.event_key) as first_event_key
    from funnel_event_values
    inner join funnels on funnel_event_values.funnel_number = funnels.funnel_number
    inner join events_of_actors
        on funnel_event_values.event_key = events_of_actors.event_key
        and funnels.grain = events_of_actors.grain
    group by
        funnel_event_values.funnel_number,
        funnels.grain,
        events_of_actors.actor_id,
        funnel_event_values.breakdown_value

),

numbered_walkers as (

    select
        seen.*,
        case
            when before.walker is not null then before.walker
            when seen.funnel_number is null
                then
                    row_number() over unnumbered
                    + (select coalesce(max(given.walker), 0) from before as given)
            else
                (select least(min(given.walker), 0) from before as given)
                - row_number() over unnumbered
        end as walker
    from walkers_seen as seen
    left join before
        on seen.grain = before.grain
        and seen.actor_id = before.actor_id
        and seen.funnel_number is not distinct from before.funnel_number
        and seen.breakdown_value is not distinct from before.breakdown_value
    where seen.actor_id is not null
    window unnumbered as (
        partition by before.walker is null, seen.funnel_number is null
        order by seen.funnel_number asc nulls last, seen.grain asc, seen.first_event_key asc
    )

)

select
    walker,
    grain,
    actor_id,
    max(case when funnel_number is null then walker end) over (partition by grain, actor_id)
        as actor,
    funnel_number,
    breakdown_value
from numbered_walkers
