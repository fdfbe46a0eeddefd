{#
    Do those who saw value, came back or signed up bring more paying accounts than the others?

    Paying accounts are those that ever paid, each counted once among those who did it and once
    among those who did not, per head of each.
#}

with

visitors as (

    select * from {{ ref('int_visitors') }}

),

activation_by_actor as (

    select * from {{ ref('int_activation_by_actor') }}

),

retention_cohorts as (

    select * from {{ ref('int_retention_cohorts') }}

),

retention_returns as (

    select * from {{ ref('int_retention_returns') }}

),

retention_by_cohort as (

    select * from {{ ref('retention_by_cohort') }}

),

users as (

    select * from {{ ref('users') }}

),

accounts as (

    select * from {{ ref('accounts') }}

),

actors as (

    select
        'visit_to_sign_up_rate' as measure,
        cast(null as string) as definition,
        person_id as actor_id,
        has_signed_up as did
    from visitors
    where is_mature
    union all
    select
        'activation_rate' as measure,
        activation as definition,
        actor_id,
        is_activated as did
    from activation_by_actor
    where is_mature
    union all
    select
        'week_4_retention' as measure,
        cohorts.retention as definition,
        cohorts.actor_id,
        retention_returns.actor_id is not null as did
    from retention_cohorts as cohorts
    inner join retention_by_cohort
        on cohorts.retention = retention_by_cohort.retention
        and cohorts.cohort_start = retention_by_cohort.cohort_start
    left join retention_returns
        on cohorts.retention = retention_returns.retention
        and cohorts.actor_id = retention_returns.actor_id
        and cohorts.cohort_start = retention_returns.cohort_start
        and retention_by_cohort.period_number = retention_returns.period_number
    where
        retention_by_cohort.period_number = {{ var('scorecard_retention_week') }}
        and retention_by_cohort.is_mature

),

paying_accounts_of_actors as (

    select
        actors.measure,
        actors.definition,
        actors.actor_id,
        actors.did,
        accounts.account_id
    from actors
    left join users on actors.actor_id = users.user_id
    left join accounts
        on coalesce(users.account_id, actors.actor_id) = accounts.account_id
        and accounts.first_paid_at is not null

)

select
    measure,
    definition,
    cast(count(distinct case when did then actor_id end) as bigint) as actors_who_did,
    cast(count(distinct case when not did then actor_id end) as bigint) as actors_who_did_not,
    cast(count(distinct case when did then account_id end) as double)
    / nullif(cast(count(distinct case when did then actor_id end) as double), 0) as payers_who_did,
    cast(count(distinct case when not did then account_id end) as double)
    / nullif(cast(count(distinct case when not did then actor_id end) as double), 0)
        as payers_who_did_not
from paying_accounts_of_actors
group by measure, definition
