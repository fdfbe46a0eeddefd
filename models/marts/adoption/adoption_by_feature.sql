{#
    Of those who could use a feature, who does, how much, and do they come back to it?

    The denominator of the adoption rate is the users whose plan has the feature, not all users.
#}

with

eligibility as (

    select * from {{ ref('int_feature_eligibility') }}

),

feature_uses as (

    select * from {{ ref('int_feature_uses') }}

),

first_uses as (

    select * from {{ ref('int_feature_first_uses') }}

),

uses_by_month as (

    select
        feature,
        month,
        count(distinct user_id) as active_users,
        sum(uses) as uses
    from feature_uses
    where user_id is not null
    group by feature, month

),

new_users_by_month as (

    select
        feature,
        month,
        count(*) as new_users,
        count(case when has_used_again then 1 end) as new_users_with_second_use,
        median(days_to_first_use) as median_days_to_first_use
    from first_uses
    group by feature, month

),

every_month as (

    select
        eligibility.feature,
        eligibility.month,
        eligibility.is_complete,
        eligibility.users,
        eligibility.eligible_users,
        coalesce(new_users_by_month.new_users, 0) as new_users,
        coalesce(uses_by_month.active_users, 0) as active_users,
        coalesce(uses_by_month.uses, 0) as uses,
        new_users_by_month.new_users_with_second_use,
        new_users_by_month.median_days_to_first_use
    from eligibility
    left join uses_by_month
        on eligibility.feature = uses_by_month.feature
        and eligibility.month = uses_by_month.month
    left join new_users_by_month
        on eligibility.feature = new_users_by_month.feature
        and eligibility.month = new_users_by_month.month

)

select
    feature,
    month,
    cast(eligible_users as bigint) as eligible_users,
    cast(new_users as bigint) as new_users,
    cast(active_users as bigint) as active_users,
    case when is_complete then cast(active_users as double) / nullif(eligible_users, 0) end
        as adoption_rate,
    case when is_complete then cast(new_users as double) / nullif(users, 0) end
        as new_adoption_rate,
    cast(uses as bigint) as uses,
    cast(uses as double) / nullif(active_users, 0) as uses_per_user,
    case
        when is_complete then cast(new_users_with_second_use as double) / nullif(new_users, 0)
    end as second_use_rate,
    cast(median_days_to_first_use as double) as median_days_to_first_use,
    cast(users as bigint) as users,
    is_complete
from every_month
