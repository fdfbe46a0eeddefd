{# Who are our users, when did they come and through whom? #}

with

users as (

    select * from {{ ref('int_users') }}

)

select
    user_id,
    created_at,
    account_id,
    role,
    acquisition_channel,
    invited_by_user_id,
    case when {{ var('publish_personal_data') }} then email end as email,
    case when {{ var('publish_personal_data') }} then name end as name,
    lower(split_part(email, '@', 2)) as email_domain,
    cast({{ without_private_properties('properties') }} as string) as properties,
    is_internal
from users
