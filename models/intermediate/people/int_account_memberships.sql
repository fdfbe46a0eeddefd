{# Lists who belonged to which account and when, with the user of today and every stay once. #}

with

memberships as (

    select * from {{ ref('int_memberships_landed') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

stays_by_recency as (

    select
        coalesce(user_aliases.user_id, memberships.user_id) as user_id,
        memberships.account_id,
        memberships.joined_at,
        memberships.left_at,
        memberships.role,
        row_number() over (
            partition by
                coalesce(user_aliases.user_id, memberships.user_id),
                memberships.account_id,
                memberships.joined_at
            order by memberships.file_id desc, memberships.line_number desc
        ) as recency
    from memberships
    cross join as_of
    left join user_aliases on memberships.user_id = user_aliases.from_id
    where memberships.joined_at < as_of.as_of

)

select
    user_id,
    account_id,
    joined_at,
    left_at,
    role
from stays_by_recency
where recency = 1
