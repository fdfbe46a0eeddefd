{#
    Says which account was known to be a user's own, from when till when: the one his record named
    last; a user whose record names none is at home where he first became a member.
#}

with

user_versions as (

    select * from {{ ref('int_user_versions') }}

),

memberships as (

    select * from {{ ref('int_account_memberships') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

versions_in_order as (

    select
        user_id,
        account_id,
        known_at,
        created_at,
        lag(known_at) over (partition by user_id order by known_at asc) as previous_known_at,
        lead(known_at) over (partition by user_id order by known_at asc) as next_known_at
    from user_versions

),

named as (

    select
        user_id,
        account_id,
        case when previous_known_at is null then least(created_at, known_at) else known_at end
            as known_from,
        coalesce(next_known_at, timestamp '9999-12-31 00:00:00') as known_to
    from versions_in_order
    where account_id is not null

),

joined_first as (

    select
        memberships.user_id,
        min_by(memberships.account_id, memberships.joined_at) as account_id,
        min(memberships.joined_at) as known_from
    from memberships
    left join named on memberships.user_id = named.user_id
    where named.user_id is null
    group by memberships.user_id

),

homes as (

    select
        user_id,
        account_id,
        known_from,
        known_to,
        true as is_named
    from named
    union all
    select
        user_id,
        account_id,
        known_from,
        timestamp '9999-12-31 00:00:00' as known_to,
        false as is_named
    from joined_first

)

select
    homes.user_id,
    homes.account_id,
    homes.known_from,
    case
        when homes.known_to < as_of.as_of then homes.known_to
        else timestamp '9999-12-31 00:00:00'
    end as known_to,
    homes.is_named
from homes
cross join as_of
where homes.known_from < as_of.as_of
