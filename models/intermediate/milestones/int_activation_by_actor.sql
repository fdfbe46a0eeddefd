{#
    Says who was activated and when: at the last milestone needed, or at the first of any.

    Activated is true as soon as it is true, unknown while the window is open, else false.
#}

with

activation_milestones as (

    select * from {{ ref('activation_milestones') }}

),

activation_actors as (

    select * from {{ ref('int_activation_actors') }}

),

milestones_met as (

    select * from {{ ref('int_milestones_met') }}

),

milestones_of_activations as (

    select
        activation,
        count(distinct milestone) as milestones
    from activation_milestones
    group by activation

),

milestones_in_order as (

    select
        activation,
        actor_id,
        met_at,
        session_id,
        row_number() over (
            partition by activation, actor_id
            order by met_at asc, milestone asc
        ) as milestones_so_far
    from milestones_met

),

actors_with_milestones_needed as (

    select
        activation_actors.activation,
        activation_actors.grain,
        activation_actors.actor_id,
        activation_actors.signed_up_at,
        activation_actors.is_mature,
        case activation_actors.require
            when 'any' then 1
            else milestones_of_activations.milestones
        end as milestones_needed
    from activation_actors
    left join milestones_of_activations
        on activation_actors.activation = milestones_of_activations.activation

)

select
    actors.activation,
    actors.grain,
    actors.actor_id,
    actors.signed_up_at,
    milestones_in_order.met_at as activated_at,
    {{ seconds_between('actors.signed_up_at', 'milestones_in_order.met_at') }} as seconds_to_value,
    milestones_in_order.session_id as activated_in_session_id,
    case
        when milestones_in_order.met_at is not null then true
        when actors.is_mature then false
    end as is_activated,
    actors.is_mature
from actors_with_milestones_needed as actors
left join milestones_in_order
    on actors.activation = milestones_in_order.activation
    and actors.actor_id = milestones_in_order.actor_id
    and actors.milestones_needed = milestones_in_order.milestones_so_far
