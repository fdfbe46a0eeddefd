{#
    Counts the two-by-two table of every candidate: exposed or not, with the outcome or without;
    over all users and over the half that is held out when the best candidate is chosen.
#}

with

outcomes as (

    select
        user_id,
        outcome,
        cast(is_positive as int) as is_positive,
        case when md5(user_id) < '8' then 1 else 0 end as is_held_out
    from {{ ref('int_candidate_outcomes') }}

),

exposures as (

    select * from {{ ref('int_candidate_exposures') }}

),

users_of_outcomes as (

    select
        outcome,
        count(*) as users,
        sum(is_positive) as positive,
        sum(is_held_out) as held_out_users,
        sum(is_held_out * is_positive) as held_out_positive
    from outcomes
    group by outcome

),

users_of_candidates as (

    select
        exposures.event_name,
        exposures.times,
        exposures.within_days,
        outcomes.outcome,
        count(*) as exposed,
        sum(outcomes.is_positive) as exposed_positive,
        sum(outcomes.is_held_out) as held_out_exposed,
        sum(outcomes.is_held_out * outcomes.is_positive) as held_out_exposed_positive
    from exposures
    inner join outcomes on exposures.user_id = outcomes.user_id
    group by exposures.event_name, exposures.times, exposures.within_days, outcomes.outcome

)

select
    users_of_candidates.event_name,
    users_of_candidates.times,
    users_of_candidates.within_days,
    users_of_candidates.outcome,
    users_of_outcomes.users,
    users_of_outcomes.positive,
    users_of_candidates.exposed,
    users_of_candidates.exposed_positive,
    users_of_outcomes.held_out_users,
    users_of_outcomes.held_out_positive,
    users_of_candidates.held_out_exposed,
    users_of_candidates.held_out_exposed_positive
from users_of_candidates
inner join users_of_outcomes on users_of_candidates.outcome = users_of_outcomes.outcome
