{# Names the channel that brought each customer: that of the first user of any of its accounts. #}

with

users as (

    select * from {{ ref('int_users') }}

),

memberships as (

    select * from {{ ref('int_account_memberships') }}

),

revenue_accounts as (

    select * from {{ ref('int_revenue_accounts') }}

),

users_of_accounts as (

    select
        user_id,
        account_id
    from users
    where account_id is not null
    union
    select
        user_id,
        account_id
    from memberships

),

users_in_order as (

    select
        revenue_accounts.revenue_account_id,
        users.acquisition_channel,
        row_number() over (
            partition by revenue_accounts.revenue_account_id
            order by users.created_at, users.user_id
        ) as place
    from users_of_accounts
    inner join users on users_of_accounts.user_id = users.user_id
    inner join revenue_accounts on users_of_accounts.account_id = revenue_accounts.account_id
    where users.acquisition_channel is not null

)

select
    revenue_account_id as account_id,
    acquisition_channel as channel
from users_in_order
where place = 1
