{#
    Reads the breakdown value of events, for funnels whose breakdown decides which events count.

    Under `step`, of the events of that step; under `all`, of every event the funnel looks at,
    which is every event there is where what comes in between matters.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_breakdowns as (

    select * from {{ ref('int_funnel_breakdowns') }}

),

rules as (

    select * from {{ ref('int_rules') }}

),

rule_events as (

    select * from {{ ref('int_rule_events') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

user_properties as (

    select * from {{ ref('int_user_properties') }}

),

rules_looked_at as (

    select distinct
        funnels.funnel_number,
        rules.rule_id
    from funnels
    inner join rules
        on funnels.funnel = rules.definition
        and (
            (
                rules.kind = 'funnel'
                and funnels.breakdown_attribution = 'step'
                and rules.part = cast(funnels.breakdown_step as string)
            )
            or (
                rules.kind in ('funnel', 'funnel_exclusion')
                and funnels.breakdown_attribution = 'all'
            )
        )

),

events_looked_at as (

    select
        rules_looked_at.funnel_number,
        rule_events.event_key
    from rules_looked_at
    inner join rule_events on rules_looked_at.rule_id = rule_events.rule_id
    union
    select
        funnels.funnel_number,
        events.event_key
    from funnels
    cross join events
    where
        funnels.breakdown_attribution = 'all'
        and funnels.step_order in ('strict', 'no_interleaving')

),

properties_of_events as (

    select
        events_looked_at.*,
        funnel_breakdowns.position,
        {{ json_property('events.properties', 'funnel_breakdowns.property') }} as value
    from events_looked_at
    inner join funnel_breakdowns
        on events_looked_at.funnel_number = funnel_breakdowns.funnel_number
        and funnel_breakdowns.breakdown_scope = 'event'
    inner join events on events_looked_at.event_key = events.event_key
    union all
    select
        events_looked_at.*,
        funnel_breakdowns.position,
        user_properties.value
    from events_looked_at
    inner join funnel_breakdowns
        on events_looked_at.funnel_number = funnel_breakdowns.funnel_number
        and funnel_breakdowns.breakdown_scope = 'user'
    inner join events on events_looked_at.event_key = events.event_key
    left join user_properties
        on events.user_id = user_properties.user_id
        and funnel_breakdowns.property = user_properties.property

)

select
    funnel_number,
    event_key,
    {{ ordered_list("coalesce(value, '')", ['position'], '|') }} as breakdown_value
from properties_of_events
group by funnel_number, event_key
