{#
    How fast does a workspace fill with people, and do they look on or take part?

    A user whose account is known without a membership counts as a member since sign-up. Viewers
    and editors are today's members, by the role of their latest stay.
#}

with

accounts as (

    select * from {{ ref('int_accounts') }}

),

users as (

    select * from {{ ref('int_users') }}

),

account_memberships as (

    select * from {{ ref('int_account_memberships') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

stays as (

    select
        user_id,
        account_id,
        joined_at,
        left_at,
        role
    from account_memberships
    union all
    select
        users.user_id,
        users.account_id,
        users.created_at as joined_at,
        null as left_at,
        users.role
    from users
    left join account_memberships
        on users.user_id = account_memberships.user_id
        and users.account_id = account_memberships.account_id
    where account_memberships.user_id is null and users.account_id is not null

),

stays_of_members_by_recency as (

    select
        stays.account_id,
        stays.user_id,
        lower(coalesce(stays.role, '')) in ('viewer', 'guest') as is_viewer,
        stays.left_at is null or stays.left_at >= as_of.as_of as is_member,
        min(stays.joined_at) over (partition by stays.account_id, stays.user_id) as joined_at,
        row_number() over (
            partition by stays.account_id, stays.user_id
            order by stays.joined_at desc
        ) as recency
    from stays
    inner join users on stays.user_id = users.user_id
    cross join as_of
    where not users.is_internal

),

members_by_account as (

    select
        accounts.account_id,
        accounts.created_at,
        count(
            case
                when
                    members.joined_at
                    <= {{ add_periods('accounts.created_at', 1, "'week'") }}
                    then 1
            end
        ) as members_in_first_7_days,
        count(case when members.is_member and members.is_viewer then 1 end) as viewers,
        count(case when members.is_member and not members.is_viewer then 1 end) as editors
    from accounts
    left join stays_of_members_by_recency as members
        on accounts.account_id = members.account_id
        and members.recency = 1
    where not accounts.is_internal
    group by accounts.account_id, accounts.created_at

)

select
    members_by_account.account_id,
    cast(members_by_account.members_in_first_7_days as bigint) as members_in_first_7_days,
    cast(members_by_account.viewers as bigint) as viewers,
    cast(members_by_account.editors as bigint) as editors,
    cast(members_by_account.viewers as double)
    / nullif(cast(members_by_account.editors as double), 0) as viewers_per_editor,
    {{ add_periods('members_by_account.created_at', 1, "'week'") }} <= as_of.as_of as is_mature
from members_by_account
cross join as_of
