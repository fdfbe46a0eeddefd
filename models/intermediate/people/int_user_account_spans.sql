{#
    Says which account a user's events belong to when they name none: the account he is a member
    of at that instant, if there is exactly one.
#}

with

memberships as (

    select * from {{ ref('int_account_memberships') }}

),

moments_of_change as (

    select
        user_id,
        joined_at as started_at
    from memberships
    union
    select
        user_id,
        left_at as started_at
    from memberships
    where left_at is not null

),

spans as (

    select
        user_id,
        started_at,
        lead(started_at) over (partition by user_id order by started_at asc) as ended_at
    from moments_of_change

)

select
    spans.user_id,
    spans.started_at,
    spans.ended_at,
    min(memberships.account_id) as account_id
from spans
inner join memberships
    on spans.user_id = memberships.user_id
    and spans.started_at >= memberships.joined_at
    and (memberships.left_at is null or spans.started_at < memberships.left_at)
group by spans.user_id, spans.started_at, spans.ended_at
having count(distinct memberships.account_id) = 1
