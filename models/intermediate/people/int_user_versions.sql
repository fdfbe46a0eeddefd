{#
    Lists every version of a user's attributes and since when it was known.

    A user merged away by an alias lends its versions to the user who stays, but only where that
    one has none of its own: the attributes of the user who stays win.
#}

with

users as (

    select * from {{ ref('int_users_landed') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

versions as (

    select
        coalesce(user_aliases.user_id, users.user_id) as user_id,
        case when user_aliases.user_id is null then 1 else 0 end as is_own,
        coalesce(users.updated_at, users.created_at) as known_at,
        users.created_at,
        users.account_id,
        users.email,
        users.name,
        users.role,
        users.acquisition_channel,
        coalesce(inviters.user_id, users.invited_by_user_id) as invited_by_user_id,
        users.properties,
        users.file_id,
        users.line_number
    from users
    left join user_aliases on users.user_id = user_aliases.from_id
    left join user_aliases as inviters on users.invited_by_user_id = inviters.from_id

),

versions_in_order as (

    select
        versions.*,
        max(is_own) over (partition by user_id) as has_own_versions,
        row_number() over (
            partition by user_id, is_own, known_at
            order by file_id desc, line_number desc
        ) as recency
    from versions

)

select
    user_id,
    known_at,
    created_at,
    account_id,
    email,
    name,
    role,
    acquisition_channel,
    invited_by_user_id,
    properties
from versions_in_order
where recency = 1 and is_own = has_own_versions
