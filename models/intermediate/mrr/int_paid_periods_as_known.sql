{#
    Says from when to when an account was known to pay: its payments count from their writing,
    if that came later, and so does their end.
#}

with

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

subscription_versions as (

    select * from {{ ref('int_subscription_versions_landed') }}

),

starts_recorded as (

    select
        account_id,
        started_at,
        min(coalesce(recorded_at, started_at)) as recorded_at
    from subscription_versions
    group by account_id, started_at

),

ends_recorded as (

    select
        account_id,
        ended_at,
        min(coalesce(recorded_at, started_at)) as recorded_at
    from subscription_versions
    where ended_at is not null
    group by account_id, ended_at

),

periods_as_known as (

    select
        paid_periods.account_id,
        greatest(
            paid_periods.started_at,
            coalesce(starts_recorded.recorded_at, paid_periods.started_at)
        ) as known_from,
        greatest(
            paid_periods.ended_at,
            coalesce(ends_recorded.recorded_at, paid_periods.ended_at)
        ) as known_to
    from paid_periods
    left join starts_recorded
        on paid_periods.account_id = starts_recorded.account_id
        and paid_periods.started_at = starts_recorded.started_at
    left join ends_recorded
        on paid_periods.account_id = ends_recorded.account_id
        and paid_periods.ended_at = ends_recorded.ended_at

)

select
    account_id,
    known_from,
    least(
        known_to,
        lead(known_from) over (partition by account_id order by known_from)
    ) as known_to
from periods_as_known
where known_to is null or known_from < known_to
