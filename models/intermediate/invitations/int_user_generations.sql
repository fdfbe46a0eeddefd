{#
    Counts how many invitations lie between each user and the one at the start of his chain.

    A user whom nobody brought is generation 0. Users who brought each other in a circle have no
    start, so they and all behind them have none.
#}

with recursive

users as (

    select * from {{ ref('int_users') }}

),

invited_sign_ups as (

    select * from {{ ref('int_invited_sign_ups') }}

),

people as (

    select user_id
    from users
    where not is_internal
    union
    select inviter_user_id as user_id
    from invited_sign_ups

),

generations as (

    select
        people.user_id,
        0 as generation
    from people
    left join invited_sign_ups on people.user_id = invited_sign_ups.user_id
    where invited_sign_ups.user_id is null
    union all
    select
        invited_sign_ups.user_id,
        generations.generation + 1 as generation
    from generations
    inner join invited_sign_ups on generations.user_id = invited_sign_ups.inviter_user_id

)

select
    people.user_id,
    cast(generations.generation as bigint) as generation
from people
left join generations on people.user_id = generations.user_id
