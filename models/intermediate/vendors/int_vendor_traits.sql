{#
    Gathers what vendors said of users and accounts: an object of traits a row, as of when and
    known from when. Of PostHog's persons the row is each version's; Mixpanel's profiles are as of
    their last being seen; a Stripe customer is an account.
#}

with

vendor_records as (

    select * from {{ ref('int_vendor_records') }}

),

posthog_persons as (

    select * from {{ ref('stg_posthog__persons') }}

),

vendor_users as (

    select * from {{ ref('int_vendor_users') }}

),

mixpanel_people as (

    select * from {{ ref('stg_mixpanel__people') }}

),

stripe_customers as (

    select * from {{ ref('int_stripe_customers') }}

),

group_traits as (

    select
        vendor_records.*,
        {{ json_property('account_traits', 'group_type') }} as traits_of_type,
        {{ json_property(json_property('account_traits', 'group_type'), 'account_id') }}
            as traits_of_group
    from vendor_records
    where account_id is not null and account_traits is not null

)

select
    'user' as kind,
    user_id as id,
    0 as is_once,
    user_traits as traits,
    occurred_at,
    coalesce(received_at, occurred_at) as known_at,
    file_id,
    line_number
from vendor_records
union all
select
    'user' as kind,
    user_id as id,
    1 as is_once,
    user_traits_once as traits,
    occurred_at,
    coalesce(received_at, occurred_at) as known_at,
    file_id,
    line_number
from vendor_records
union all
select
    'account' as kind,
    account_id as id,
    0 as is_once,
    case
        when left(traits_of_group, 1) = '{' then traits_of_group
        when left(traits_of_type, 1) = '{' then traits_of_type
        else account_traits
    end as traits,
    occurred_at,
    coalesce(received_at, occurred_at) as known_at,
    file_id,
    line_number
from group_traits
union all
select
    'user' as kind,
    posthog_persons.distinct_id as id,
    0 as is_once,
    posthog_persons.properties as traits,
    posthog_persons.inserted_at as occurred_at,
    posthog_persons.inserted_at as known_at,
    posthog_persons.file_id,
    posthog_persons.line_number
from posthog_persons
inner join vendor_users on posthog_persons.distinct_id = vendor_users.user_id
union all
select
    case when account_id is null then 'user' else 'account' end as kind,
    coalesce(account_id, user_id) as id,
    0 as is_once,
    properties as traits,
    coalesce(seen_at, timestamp '1970-01-01 00:00:00') as occurred_at,
    coalesce(seen_at, timestamp '1970-01-01 00:00:00') as known_at,
    file_id,
    line_number
from mixpanel_people
union all
select
    'account' as kind,
    account_id as id,
    1 as is_once,
    traits,
    created_at as occurred_at,
    created_at as known_at,
    file_id,
    line_number
from stripe_customers
