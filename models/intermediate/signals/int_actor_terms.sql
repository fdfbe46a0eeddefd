{#
    Says on which plan an actor was and whether he paid, from when till when, as it was known then:
    a change that the source wrote down late counts from the writing. A user's terms are those of
    the account that was his own.
#}

with

plan_periods as (

    select * from {{ ref('int_plan_periods') }}

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

subscription_versions as (

    select * from {{ ref('int_subscription_versions_landed') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

user_homes as (

    select * from {{ ref('int_user_homes') }}

),

first_records as (

    select
        account_id,
        started_at,
        min(coalesce(recorded_at, started_at)) as recorded_at
    from subscription_versions
    group by account_id, started_at

),

terms as (

    select
        'plan' as kind,
        account_id,
        plan,
        started_at,
        ended_at
    from plan_periods
    union all
    select
        'paid' as kind,
        account_id,
        cast(null as string) as plan,
        started_at,
        ended_at
    from paid_periods

),

terms_as_known as (

    select
        terms.kind,
        terms.account_id,
        terms.plan,
        greatest(terms.started_at, coalesce(first_records.recorded_at, terms.started_at))
            as known_from,
        coalesce(terms.ended_at, timestamp '9999-12-31 00:00:00') as known_to
    from terms
    left join first_records
        on terms.account_id = first_records.account_id
        and terms.started_at = first_records.started_at

),

homes as (

    select
        'user' as grain,
        user_id as actor_id,
        account_id,
        known_from,
        known_to
    from user_homes
    union all
    select
        'account' as grain,
        account_id as actor_id,
        account_id,
        timestamp '1970-01-01 00:00:00' as known_from,
        timestamp '9999-12-31 00:00:00' as known_to
    from accounts

)

select
    homes.grain,
    homes.actor_id,
    terms_as_known.kind,
    terms_as_known.account_id,
    terms_as_known.plan,
    greatest(homes.known_from, terms_as_known.known_from) as known_from,
    least(homes.known_to, terms_as_known.known_to) as known_to
from homes
inner join terms_as_known
    on homes.account_id = terms_as_known.account_id
    and homes.known_from < terms_as_known.known_to
    and homes.known_to > terms_as_known.known_from
where terms_as_known.known_from < terms_as_known.known_to
