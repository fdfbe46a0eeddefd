{# How broadly does each account use the product, and when did it last take up something new? #}

with

accounts as (

    select * from {{ ref('int_accounts') }}

),

feature_uses as (

    select * from {{ ref('int_feature_uses') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

features_of_accounts as (

    select
        account_id,
        feature,
        min(first_used_at) as first_used_at,
        max(last_used_at) as last_used_at
    from feature_uses
    where account_id is not null
    group by account_id, feature

),

summed_to_accounts as (

    select
        features_of_accounts.account_id,
        count(case
            when features_of_accounts.last_used_at >= as_of.as_of - interval '28' day then 1
        end) as features_used_28d,
        count(*) as features_ever,
        max(features_of_accounts.first_used_at) as last_new_feature_at
    from features_of_accounts
    cross join as_of
    group by features_of_accounts.account_id

)

select
    accounts.account_id,
    cast(coalesce(summed_to_accounts.features_used_28d, 0) as bigint) as features_used_28d,
    cast(coalesce(summed_to_accounts.features_ever, 0) as bigint) as features_ever,
    cast(summed_to_accounts.last_new_feature_at as timestamp) as last_new_feature_at
from accounts
left join summed_to_accounts on accounts.account_id = summed_to_accounts.account_id
where not accounts.is_internal
