{# Says when each user took up each feature, how long after the sign-up, and whether again. #}

with

feature_uses as (

    select * from {{ ref('int_feature_uses') }}

),

users as (

    select * from {{ ref('int_users') }}

),

summed_to_users as (

    select
        feature,
        user_id,
        min(month) as month,
        min(first_used_at) as first_used_at,
        sum(uses) as uses
    from feature_uses
    where user_id is not null
    group by feature, user_id

)

select
    summed_to_users.feature,
    summed_to_users.user_id,
    summed_to_users.month,
    summed_to_users.first_used_at,
    {{ days_between('users.created_at', 'summed_to_users.first_used_at') }} as days_to_first_use,
    summed_to_users.uses > 1 as has_used_again
from summed_to_users
inner join users on summed_to_users.user_id = users.user_id
