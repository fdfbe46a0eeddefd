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

    select * from {{ ref('int_paid_periods_as_known') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

user_homes as (

    select * from {{ ref('int_user_homes') }}

),

terms as (

    select
        'plan' as kind,
        account_id,
        plan,
        started_at as known_from,
        ended_at as known_to
    from plan_periods
    where is_as_known
    union all
    select
        'paid' as kind,
        account_id,
        cast(null as string) as plan,
        known_from,
        known_to
    from paid_periods

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
    terms.kind,
    terms.account_id,
    terms.plan,
    greatest(homes.known_from, terms.known_from) as known_from,
    least(homes.known_to, coalesce(terms.known_to, homes.known_to)) as known_to
from homes
inner join terms
    on homes.account_id = terms.account_id
    and (terms.known_to is null or homes.known_from < terms.known_to)
    and homes.known_to > terms.known_from
