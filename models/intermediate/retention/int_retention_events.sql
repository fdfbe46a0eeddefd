{#
    Finds the events that start a retention and those that are a return, each event once per role,
    with the local period it falls into.

    A person is the user, else the anonymous id; an event without account starts no account.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='actor_id') }}

with

settings as (

    select * from {{ ref('int_retention_settings') }}

),

rules as (

    select * from {{ ref('int_rules') }}

),

rule_events as (

    select *
    from {{ ref('int_rule_events') }}
    where {{ touched('person_id') }} or {{ touched('account_id') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

rules_of_roles as (

    select
        settings.retention,
        settings.grain,
        settings.period,
        rules.part as role,
        rules.rule_id
    from settings
    inner join rules on settings.retention = rules.definition
    where rules.kind = 'retention'

),

events_of_actors as (

    select distinct
        rules_of_roles.retention,
        rules_of_roles.period,
        rules_of_roles.role,
        case rules_of_roles.grain
            when 'user' then rule_events.person_id else rule_events.account_id
        end as actor_id,
        rule_events.event_key,
        rule_events.occurred_at
    from rule_events
    inner join rules_of_roles on rule_events.rule_id = rules_of_roles.rule_id

),

events_in_local_periods as (

    select
        retention,
        period,
        role,
        actor_id,
        event_key,
        occurred_at,
        {{ period_start(utc_to_local('occurred_at'), 'period') }} as period_start
    from events_of_actors
    where actor_id is not null

)

select
    events.retention,
    events.role,
    events.actor_id,
    events.event_key,
    events.occurred_at,
    periods.period_start,
    periods.period_number
from events_in_local_periods as events
inner join periods
    on events.period = periods.period
    and events.period_start = periods.period_start
