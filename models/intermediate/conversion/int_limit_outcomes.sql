{# Follows every account from a limit or gated feature it met to the next rise of its MRR. #}

with

usage_limit_hits as (

    select * from {{ ref('int_usage_limit_hits') }}

),

gated_feature_hits as (

    select * from {{ ref('int_gated_feature_hits') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

mrr_changes as (

    select * from {{ ref('int_mrr_changes') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

hits as (

    select * from usage_limit_hits
    union all
    select * from gated_feature_hits

),

rises as (

    select
        account_id,
        changed_at
    from mrr_changes
    where mrr_minor > previous_mrr_minor

),

limits_met as (

    select distinct met_limit
    from hits

),

accounts_by_limit as (

    select
        limits_met.met_limit,
        accounts.account_id,
        hits.account_id is not null as is_hit,
        coalesce(hits.hit_at, accounts.created_at) as watched_from,
        coalesce(hits.hit_at, accounts.created_at)
        + settings.conversion_window_days * interval '1' day as watched_until
    from limits_met
    cross join accounts
    cross join settings
    left join hits
        on limits_met.met_limit = hits.met_limit
        and accounts.account_id = hits.account_id
    where not accounts.is_internal

),

first_rises as (

    select
        watched.met_limit,
        watched.account_id,
        watched.is_hit,
        watched.watched_from,
        watched.watched_until,
        min(rises.changed_at) as upgraded_at
    from accounts_by_limit as watched
    left join rises
        on watched.account_id = rises.account_id
        and watched.watched_from < rises.changed_at
        and watched.watched_until >= rises.changed_at
    group by
        watched.met_limit, watched.account_id, watched.is_hit, watched.watched_from,
        watched.watched_until

)

select
    first_rises.met_limit,
    first_rises.account_id,
    first_rises.is_hit,
    first_rises.watched_until <= as_of.as_of as is_mature,
    first_rises.upgraded_at is not null as is_upgraded,
    {{ days_between('first_rises.watched_from', 'first_rises.upgraded_at') }} as days_to_upgrade
from first_rises
cross join as_of
