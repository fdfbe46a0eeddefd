{#
    Pairs every exposed unit with the metrics of its experiment and with the account whose
    payments are its own: a user's is the one he belonged to when exposed, else his own. Units
    that saw two variants are left out.
#}

with

exposures as (

    select * from {{ ref('int_exposures') }}

),

metrics as (

    select * from {{ ref('int_experiment_metrics') }}

),

user_account_spans as (

    select * from {{ ref('int_user_account_spans') }}

),

users as (

    select * from {{ ref('int_users') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

units_with_their_account as (

    select
        exposures.experiment,
        exposures.unit_type,
        exposures.unit_id,
        exposures.variant,
        exposures.exposed_at,
        case exposures.unit_type
            when 'account' then exposures.unit_id
            else coalesce(spans.account_id, users.account_id, latest_spans.account_id)
        end as account_id
    from exposures
    left join user_account_spans as spans
        on exposures.unit_type = 'user'
        and exposures.unit_id = spans.user_id
        and exposures.exposed_at >= spans.started_at
        and (spans.ended_at is null or exposures.exposed_at < spans.ended_at)
    left join users
        on exposures.unit_type = 'user'
        and exposures.unit_id = users.user_id
    left join user_account_spans as latest_spans
        on exposures.unit_type = 'user'
        and exposures.unit_id = latest_spans.user_id
        and latest_spans.ended_at is null
    where not exposures.is_crossover

),

windows as (

    select
        units.experiment,
        metrics.metric,
        metrics.kind,
        metrics.is_amount,
        units.unit_type,
        units.unit_id,
        units.account_id,
        units.variant,
        units.exposed_at - metrics.within_days * interval '1' day as looked_back_to,
        units.exposed_at,
        units.exposed_at + metrics.within_days * interval '1' day as matures_at
    from units_with_their_account as units
    inner join metrics on units.experiment = metrics.experiment

)

select
    windows.experiment,
    windows.metric,
    windows.kind,
    windows.is_amount,
    windows.unit_type,
    windows.unit_id,
    windows.account_id,
    windows.variant,
    windows.looked_back_to,
    windows.exposed_at,
    windows.matures_at,
    windows.matures_at <= as_of.as_of as is_mature
from windows
cross join as_of
