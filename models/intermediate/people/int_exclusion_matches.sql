{#
    Finds whom the exclusion rules mean: our own people, test accounts and their users.

    A domain means its subdomains too, a user id the user it was merged into. The users of an
    excluded account are excluded with it, and an account all of whose members are excluded is one
    of ours.
#}

with

exclusions as (

    select * from {{ ref('exclusions') }}

),

users as (

    select * from {{ ref('int_user_profiles') }}

),

memberships as (

    select * from {{ ref('int_account_memberships') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

users_and_their_accounts as (

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

excluded_users as (

    select
        exclusions.kind as rule_kind,
        exclusions.value as rule_value,
        users.user_id
    from exclusions
    left join user_aliases
        on exclusions.kind = 'user_id'
        and exclusions.value = user_aliases.from_id
    inner join users
        on (exclusions.kind = 'email' and lower(users.email) = lower(exclusions.value))
        or (
            exclusions.kind = 'user_id'
            and users.user_id = coalesce(user_aliases.user_id, exclusions.value)
        )
        or (
            exclusions.kind = 'email_domain'
            and (
                lower(split_part(users.email, '@', 2)) = lower(exclusions.value)
                or lower(users.email) like '%.' || lower(exclusions.value)
            )
        )
    union
    select
        exclusions.kind as rule_kind,
        exclusions.value as rule_value,
        users_and_their_accounts.user_id
    from users_and_their_accounts
    inner join exclusions
        on exclusions.kind = 'account_id'
        and users_and_their_accounts.account_id = exclusions.value

),

accounts_of_excluded_users_alone as (

    select
        users_and_their_accounts.account_id,
        min(excluded_users.rule_kind) as rule_kind,
        min(excluded_users.rule_value) as rule_value
    from users_and_their_accounts
    left join excluded_users on users_and_their_accounts.user_id = excluded_users.user_id
    group by users_and_their_accounts.account_id
    having count(*) = count(excluded_users.user_id)

)

select
    'user' as subject_type,
    user_id as subject_id,
    rule_kind,
    rule_value
from excluded_users
union
select
    'account' as subject_type,
    account_id as subject_id,
    rule_kind,
    rule_value
from accounts_of_excluded_users_alone
union
select
    'account' as subject_type,
    value as subject_id,
    kind as rule_kind,
    value as rule_value
from exclusions
where kind = 'account_id'
