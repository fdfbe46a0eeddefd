{#
    Gives every user the time in which outcomes are looked for: from the end of the longest window
    of candidate events on, so that a cause may come before its effect and never after.
#}

with

users as (

    select * from {{ ref('int_users') }}

),

user_account_spans as (

    select * from {{ ref('int_user_account_spans') }}

),

grid as (

    select * from {{ ref('int_candidate_grid') }}

),

longest_windows as (

    select max(within_days) as within_days
    from grid

)

select
    users.user_id,
    coalesce(users.account_id, user_account_spans.account_id) as account_id,
    users.created_at as signed_up_at,
    users.created_at + longest_windows.within_days * interval '1' day as exposed_until,
    users.created_at + {{ var('aha_retained_within_days') }} * interval '1' day as retained_until,
    users.created_at + {{ var('aha_converted_within_days') }} * interval '1' day as converted_until
from users
cross join longest_windows
left join user_account_spans
    on users.user_id = user_account_spans.user_id
    and user_account_spans.ended_at is null
where not users.is_internal
