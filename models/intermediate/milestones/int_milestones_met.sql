{#
    Says when each milestone was met: at the event that made up its number of `times`.

    Events that fit any alternative count together, each once; events before sign-up or after the
    window do not count.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='actor_id') }}

with

activations as (

    select * from {{ ref('activations') }}

),

activation_milestones as (

    select * from {{ ref('activation_milestones') }}

),

activation_actors as (

    select *
    from {{ ref('int_activation_actors') }}
    where {{ touched('actor_id') }}

),

rules as (

    select * from {{ ref('int_rules') }}

),

rule_events as (

    select *
    from {{ ref('int_rule_events') }}
    where {{ touched('person_id') }} or {{ touched('account_id') }}

),

milestones as (

    select
        activation_milestones.activation,
        activation_milestones.milestone,
        activations.grain,
        coalesce(max(activation_milestones.times), 1) as times
    from activation_milestones
    inner join activations on activation_milestones.activation = activations.activation
    group by
        activation_milestones.activation,
        activation_milestones.milestone,
        activations.grain

),

events_of_milestones as (

    select distinct
        milestones.activation,
        milestones.milestone,
        milestones.times,
        case milestones.grain
            when 'user' then rule_events.user_id else rule_events.account_id
        end as actor_id,
        rule_events.event_key,
        rule_events.occurred_at,
        rule_events.session_id
    from milestones
    inner join rules
        on milestones.activation = rules.definition
        and milestones.milestone = rules.part
        and rules.kind = 'activation'
    inner join rule_events on rules.rule_id = rule_events.rule_id

),

events_in_the_window as (

    select events_of_milestones.*
    from events_of_milestones
    inner join activation_actors
        on events_of_milestones.activation = activation_actors.activation
        and events_of_milestones.actor_id = activation_actors.actor_id
        and events_of_milestones.occurred_at >= activation_actors.signed_up_at
        and events_of_milestones.occurred_at <= activation_actors.window_ends_at

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
