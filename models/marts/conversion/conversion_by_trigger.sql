{# Which limit or gated feature do accounts meet before they upgrade, and how often do they then? #}

with

outcomes as (

    select * from {{ ref('int_limit_outcomes') }}

),

summed_to_trigger as (

    select
        met_limit,
        count(case when is_hit then 1 end) as accounts_hit,
        count(case when is_hit and is_mature then 1 end) as mature_accounts,
        count(case when is_hit and is_mature and is_upgraded then 1 end) as upgraded,
        count(case when not is_hit and is_mature then 1 end) as mature_others,
        count(case when not is_hit and is_mature and is_upgraded then 1 end) as upgraded_others,
        median(case when is_hit and is_mature then days_to_upgrade end) as median_days_to_upgrade
    from outcomes
    group by met_limit

)

select
    cast(met_limit as string) as trigger,
    cast(accounts_hit as bigint) as accounts_hit,
    cast(mature_accounts as bigint) as mature_accounts,
    cast(upgraded as bigint) as upgraded,
    cast(upgraded as double) / nullif(mature_accounts, 0) as upgrade_rate,
    cast(upgraded_others as double) / nullif(mature_others, 0) as baseline_rate,
    cast(median_days_to_upgrade as double) as median_days_to_upgrade
from summed_to_trigger
