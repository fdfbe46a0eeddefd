{#
    Sums the activity that a lifecycle is about to actors, local days, periods and features.

    An hour lies within a day, a day within a week or month, so the finer of day and period is
    the grain and nothing is counted twice.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='actor_id') }}

with

settings as (

    select * from {{ ref('int_lifecycle_settings') }}

),

rules as (

    select * from {{ ref('int_rules') }}

),

rule_events as (

    select *
    from {{ ref('int_rule_events') }}
    where {{ touched('person_id') }} or {{ touched('account_id') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

rules_of_lifecycles as (

    select
        settings.lifecycle,
        settings.grain,
        settings.period,
        rules.rule_id
    from settings
    inner join rules on settings.lifecycle = rules.definition
    where rules.kind = 'lifecycle'

),

events_of_actors as (

    select
        rules_of_lifecycles.lifecycle,
        rules_of_lifecycles.period,
        case rules_of_lifecycles.grain
            when 'user' then rule_events.person_id else rule_events.account_id
        end as actor_id,
        event_catalog.feature,
        rule_events.occurred_at,
        {{ utc_to_local('rule_events.occurred_at') }} as local_at
    from rule_events
    inner join rules_of_lifecycles on rule_events.rule_id = rules_of_lifecycles.rule_id
    left join event_catalog on rule_events.event_name = event_catalog.event_name

),

summed_to_days_and_periods as (

    select
        lifecycle,
        period,
        actor_id,
        feature,
        {{ period_start('local_at', 'day') }} as active_on,
        {{ period_start('local_at', 'period') }} as period_start,
        max(occurred_at) as last_at
    from events_of_actors
    where actor_id is not null
    group by
        lifecycle,
        period,
        actor_id,
        feature,
        {{ period_start('local_at', 'day') }},
        {{ period_start('local_at', 'period') }}

)

select
    summed.lifecycle,
    summed.actor_id,
    cast(summed.active_on as date) as active_on,
    summed.period_start,
    periods.period_number,
    summed.feature,
    summed.last_at
from summed_to_days_and_periods as summed
inner join periods
    on summed.period = periods.period
    and summed.period_start = periods.period_start
