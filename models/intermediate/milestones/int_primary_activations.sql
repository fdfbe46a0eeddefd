{#
    Says when users and accounts were activated in the sense of the other marts: by an activation
    marked as primary; where none of the grain is marked, by any of them.
#}

with

activations as (

    select * from {{ ref('activations') }}

),

activation_by_actor as (

    select * from {{ ref('int_activation_by_actor') }}

),

grains_with_a_primary_activation as (

    select
        grain,
        max(case when is_primary then 1 else 0 end) as has_primary
    from activations
    group by grain

),

activations_that_count as (

    select activations.activation
    from activations
    inner join grains_with_a_primary_activation as grains on activations.grain = grains.grain
    where activations.is_primary or grains.has_primary = 0

),

summed_to_actors as (

    select
        activation_by_actor.grain,
        activation_by_actor.actor_id,
        min(activation_by_actor.activated_at) as activated_at,
        min(case when activation_by_actor.is_mature then 1 else 0 end) = 1 as is_mature
    from activation_by_actor
    inner join activations_that_count
        on activation_by_actor.activation = activations_that_count.activation
    group by activation_by_actor.grain, activation_by_actor.actor_id

)

select
    grain,
    actor_id,
    activated_at,
    case
        when activated_at is not null then true
        when is_mature then false
    end as is_activated,
    is_mature
from summed_to_actors
