{#
    Says whom the new data touches: everybody of whom anything is not as it was when this table was
    last made, whatever the cause; an account also by whoever is or was seen in it. Who was touched
    by a build that failed is so still. Where the first hour of all, from which periods are
    numbered, is another, everybody is touched.
#}

with

events as (

    select * from {{ ref('int_events_resolved') }}

),

users as (

    select * from {{ ref('int_users') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

before as (

    {{ rows_before(
        person_id='string', account_id='string', fingerprint='hash', first_hour='timestamp',
        is_person_touched='boolean', is_account_touched='boolean'
    ) }}

),

fingerprints as (

    select
        coalesce(person_id, '') as person_id,
        coalesce(account_id, '') as account_id,
        {{ fingerprint('events') }} as fingerprint,
        min(case when not is_internal then occurred_at end) as first_at
    from events
    group by coalesce(person_id, ''), coalesce(account_id, '')
    union all
    select
        user_id as person_id,
        '' as account_id,
        {{ fingerprint('users') }} as fingerprint,
        null as first_at
    from users
    group by user_id
    union all
    select
        '' as person_id,
        account_id,
        {{ fingerprint('accounts') }} as fingerprint,
        null as first_at
    from accounts
    group by account_id

),

pairs as (

    select
        person_id,
        account_id,
        {{ fingerprint('fingerprints') }} as fingerprint,
        cast(date_trunc('hour', min(min(first_at)) over ()) as timestamp) as first_hour
    from fingerprints
    group by person_id, account_id

),

pairs_compared as (

    select
        coalesce(pairs.person_id, before.person_id) as person_id,
        coalesce(pairs.account_id, before.account_id) as account_id,
        pairs.fingerprint,
        pairs.first_hour,
        (
            pairs.fingerprint is distinct from before.fingerprint
            or pairs.first_hour is distinct from before.first_hour
            or (before.is_person_touched and not {{ last_build_was_whole() }})
        ) as is_changed,
        (before.is_account_touched and not {{ last_build_was_whole() }}) as was_account_touched
    from pairs
    full outer join before
        on pairs.person_id = before.person_id
        and pairs.account_id = before.account_id

),

touched_persons as (

    select
        *,
        max(case when is_changed then 1 else 0 end) over (partition by person_id) = 1
            as is_person_touched
    from pairs_compared

)

select
    person_id,
    account_id,
    fingerprint,
    first_hour,
    is_person_touched,
    max(
        case
            when is_changed or was_account_touched or (is_person_touched and person_id <> '') then 1
            else 0
        end
    ) over (partition by account_id)
    = 1 as is_account_touched
from touched_persons
