{#
    Says whose an anonymous id was known to be, and when that was known: a lead is judged by what
    was known at its instant. At every instant the rule is that of int_identities: one user seen so
    far owns all of the id, of several each from his first appearance till the next one's.
#}

with

appearances as (

    select * from {{ ref('int_identity_appearances') }}

),

users_refused as (

    select * from {{ ref('int_users_refused') }}

),

placeholders as (

    select placeholder_id as id from {{ ref('placeholder_ids') }}

),

user_names as (

    select * from {{ ref('int_user_names') }}

),

accepted_appearances as (

    select
        appearances.anonymous_id,
        appearances.user_id,
        appearances.seen_at,
        appearances.known_from,
        least(appearances.known_to, users_refused.refused_at) as known_to,
        count(*) over (partition by appearances.anonymous_id) as appearances_on_id
    from appearances
    left join users_refused
        on appearances.user_id = users_refused.user_id and not appearances.is_alias
    where
        (users_refused.user_id is null or appearances.known_from < users_refused.refused_at)
        and lower(appearances.user_id) not in (select placeholders.id from placeholders)
        and lower(appearances.anonymous_id) not in (select placeholders.id from placeholders)

),

moments_of_change as (

    select
        anonymous_id,
        known_from as changed_at
    from accepted_appearances
    where appearances_on_id <= 100
    union
    select
        anonymous_id,
        known_to as changed_at
    from accepted_appearances
    where appearances_on_id <= 100

),

steps as (

    select
        anonymous_id,
        changed_at as known_from,
        lead(changed_at) over (partition by anonymous_id order by changed_at asc) as known_to
    from moments_of_change

),

users_at_each_step as (

    select
        steps.anonymous_id,
        steps.known_from,
        steps.known_to,
        appearances.user_id,
        min(appearances.seen_at) as seen_at
    from steps
    inner join accepted_appearances as appearances
        on steps.anonymous_id = appearances.anonymous_id
        and steps.known_from >= appearances.known_from
        and steps.known_from < appearances.known_to
    left join user_names
        on steps.anonymous_id = user_names.sent_id
        and steps.known_from >= user_names.known_from
        and user_names.sent_id <> user_names.user_id
    where appearances.user_id = coalesce(user_names.user_id, appearances.user_id)
    group by steps.anonymous_id, steps.known_from, steps.known_to, appearances.user_id

),

owners as (

    select
        users_at_each_step.*,
        count(*) over (partition by anonymous_id, known_from) as users,
        lead(seen_at) over (partition by anonymous_id, known_from order by seen_at asc, user_id asc)
            as next_user_seen_at
    from users_at_each_step

)

select
    anonymous_id,
    user_id,
    case when users = 1 then timestamp '1970-01-01 00:00:00' else seen_at end as valid_from,
    coalesce(next_user_seen_at, timestamp '9999-12-31 00:00:00') as valid_to,
    known_from,
    known_to
from owners
where known_to is not null
