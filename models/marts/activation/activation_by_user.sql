{#
    Which users reached the product's value, how fast, and in their first session?

    The anchor is the sign-up, never the first activity, so that those who did nothing count.
#}

with

activation_by_actor as (

    select * from {{ ref('int_activation_by_actor') }}

),

first_sessions as (

    select * from {{ ref('int_first_sessions') }}

)

select
    activation_by_actor.activation,
    activation_by_actor.actor_id as user_id,
    activation_by_actor.signed_up_at,
    activation_by_actor.activated_at,
    activation_by_actor.seconds_to_value,
    case
        when activation_by_actor.is_activated
            then coalesce(
                activation_by_actor.activated_in_session_id = first_sessions.session_id, false
            )
        else activation_by_actor.is_activated
    end as activated_in_first_session,
    activation_by_actor.is_activated,
    activation_by_actor.is_mature
from activation_by_actor
left join first_sessions on activation_by_actor.actor_id = first_sessions.user_id
where activation_by_actor.grain = 'user'
