{# Lists who may become a lead: users and accounts that are not our own, with their account. #}

with

users as (

    select * from {{ ref('int_users') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

user_homes as (

    select * from {{ ref('int_user_homes') }}

)

select
    'account' as grain,
    account_id as actor_id,
    account_id,
    created_at
from accounts
where not is_internal
union all
select
    'user' as grain,
    users.user_id as actor_id,
    user_homes.account_id,
    users.created_at
from users
left join user_homes
    on users.user_id = user_homes.user_id
    and user_homes.known_to = timestamp '9999-12-31 00:00:00'
where not users.is_internal
