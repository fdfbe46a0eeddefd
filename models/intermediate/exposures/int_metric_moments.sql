{#
    Lists when users and accounts did what the metrics of experiments ask about: reached an
    activation, first paid, did an event. A retention is met in a period and has no instant.
#}

with

metrics as (

    select * from {{ ref('int_experiment_metrics') }}

),

activation_by_actor as (

    select * from {{ ref('int_activation_by_actor') }}

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

retentions as (

    select * from {{ ref('retentions') }}

),

retention_returns as (

    select * from {{ ref('int_retention_returns') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

metrics_asked_for as (

    select distinct
        metric,
        kind,
        definition,
        period_number
    from metrics

),

events_asked_for as (

    select distinct
        metric,
        definition as event_name,
        unit_type
    from metrics
    where kind = 'event'

)

select
    metrics_asked_for.metric,
    activations.grain,
    activations.actor_id,
    activations.activated_at as happened_at
from activation_by_actor as activations
inner join metrics_asked_for on activations.activation = metrics_asked_for.definition
where metrics_asked_for.kind = 'activation' and activations.activated_at is not null
union all
select distinct
    metrics_asked_for.metric,
    retentions.grain,
    retention_returns.actor_id,
    cast(null as timestamp) as happened_at
from retention_returns
inner join retentions on retention_returns.retention = retentions.retention
inner join metrics_asked_for
    on retention_returns.retention = metrics_asked_for.definition
    and retention_returns.period_number = metrics_asked_for.period_number
where metrics_asked_for.kind = 'retention'
union all
select
    metrics_asked_for.metric,
    'account' as grain,
    paid_periods.account_id as actor_id,
    min(paid_periods.started_at) as happened_at
from paid_periods
inner join metrics_asked_for on metrics_asked_for.kind = 'conversion'
group by metrics_asked_for.metric, paid_periods.account_id
union all
select
    events_asked_for.metric,
    events_asked_for.unit_type as grain,
    case events_asked_for.unit_type when 'user' then events.person_id else events.account_id end
        as actor_id,
    events.occurred_at as happened_at
from events
inner join events_asked_for on events.event_name = events_asked_for.event_name
