{# Counts who could use each feature at the end of each month, and how many users there were. #}

with

features as (

    select * from {{ ref('int_features') }}

),

months as (

    select * from {{ ref('int_adoption_months') }}

),

users_by_tier as (

    select * from {{ ref('int_users_by_tier') }}

)

select
    features.feature,
    months.month,
    months.is_complete,
    coalesce(sum(users_by_tier.users), 0) as users,
    coalesce(sum(
        case
            when users_by_tier.tier >= coalesce(features.minimum_tier, users_by_tier.tier)
                then users_by_tier.users
        end
    ), 0) as eligible_users
from features
cross join months
left join users_by_tier on months.month = users_by_tier.month
group by features.feature, months.month, months.is_complete
