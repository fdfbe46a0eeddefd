{#
    Says when each milestone was met: at the event that made up its number of `times`.

    Events that fit any alternative count together, each once; events before sign-up or after the
    window do not count.
#}

with

activation_milestones as (

    select * from {{ ref('activation_milestones') }}

),

activation_actors as (

    select * from {{ ref('int_activation_actors') }}

),

rules as (

    select * from {{ ref('int_rules') }}

),

rule_events as (

    select * from {{ ref('int_rule_events') }}

),

milestones as (

    select
        activation,
        milestone,
        coalesce(max(times), 1) as times
    from activation_milestones
    group by activation, milestone

),

rules_of_milestones as (

    select
        milestones.activation,
        milestones.milestone,
        milestones.times,
        rules.rule_id
    from milestones
    inner join rules
        on milestones.activation = rules.definition
        and milestones.milestone = rules.part
    where rules.kind = 'activation'

),

events_in_the_window as (

    select distinct
        rules_of_milestones.activation,
        rules_of_milestones.milestone,
        rules_of_milestones.times,
        activation_actors.actor_id,
        rule_events.event_key,
        rule_events.occurred_at,
        rule_events.session_id
    from rule_events
    inner join rules_of_milestones on rule_events.rule_id = rules_of_milestones.rule_id
    inner join activation_actors
        on rules_of_milestones.activation = activation_actors.activation
        and activation_actors.actor_id
        = case activation_actors.grain
            when 'user' then rule_events.user_id else rule_events.account_id
        end
    where
        rule_events.occurred_at >= activation_actors.signed_up_at
        and rule_events.occurred_at <= activation_actors.window_ends_at

),

events_counted as (

    select
        activation,
        milestone,
        times,
        actor_id,
        occurred_at,
        session_id,
        row_number() over (
            partition by activation, milestone, actor_id
            order by occurred_at asc, event_key asc
        ) as event_number
    from events_in_the_window

)

select
    activation,
    milestone,
    actor_id,
    occurred_at as met_at,
    session_id
from events_counted
where event_number = times
