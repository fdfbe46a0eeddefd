{# Who are our users, when did they come and through whom? #}

with

users as (

    select * from {{ ref('int_users') }}

),

accounts_of_members as (

    select
        user_id,
        account_id
    from {{ ref('int_user_account_spans') }}
    where ended_at is null

)

select
    users.user_id,
    users.created_at,
    coalesce(users.account_id, accounts_of_members.account_id) as account_id,
    users.role,
    users.acquisition_channel,
    users.invited_by_user_id,
    case when {{ var('publish_personal_data') }} then users.email end as email,
    case when {{ var('publish_personal_data') }} then users.name end as name,
    lower(split_part(users.email, '@', 2)) as email_domain,
    cast({{ without_private_properties('users.properties') }} as string) as properties,
    users.is_internal
from users
left join accounts_of_members on users.user_id = accounts_of_members.user_id
