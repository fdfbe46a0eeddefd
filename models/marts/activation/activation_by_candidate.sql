{#
    Which early habit goes with staying, and which with paying: where may the aha moment be?

    A correlation, no cause: prove it by an experiment before you push people there. The best
    candidate is chosen on one half of the users and its coefficient told on the other half, since
    the best of many is always flattered by those on whom it was chosen.
#}

with

counts as (

    select * from {{ ref('int_candidate_counts') }}

),

counts_with_coefficients as (

    select
        counts.*,
        {{ phi_coefficient('users', 'exposed', 'positive', 'exposed_positive') }} as phi,
        {{ phi_coefficient(
            '(users - held_out_users)',
            '(exposed - held_out_exposed)',
            '(positive - held_out_positive)',
            '(exposed_positive - held_out_exposed_positive)'
        ) }} as search_phi,
        {{ phi_coefficient(
            'held_out_users',
            'held_out_exposed',
            'held_out_positive',
            'held_out_exposed_positive'
        ) }} as held_out_phi,
        least(exposed, users - exposed) >= {{ var('aha_minimum_users') }} as is_large_enough
    from counts

),

candidates_in_order as (

    select
        counts_with_coefficients.*,
        row_number() over (
            partition by outcome, is_large_enough
            order by
                search_phi desc nulls last,
                within_days asc,
                times asc,
                event_name asc
        ) as preference
    from counts_with_coefficients

)

select
    event_name,
    times,
    within_days,
    outcome,
    cast(users as bigint) as users,
    cast(exposed as bigint) as exposed,
    cast(exposed_positive as bigint) as exposed_positive,
    cast(positive - exposed_positive as bigint) as unexposed_positive,
    cast(exposed_positive as double) / nullif(exposed, 0) as precision,
    cast(exposed_positive as double) / nullif(positive, 0) as recall,
    cast(exposed_positive as double) / nullif(exposed, 0)
    / nullif(cast(positive as double) / nullif(users, 0), 0) as lift,
    phi,
    search_phi,
    held_out_phi,
    is_large_enough,
    is_large_enough and search_phi is not null and preference = 1 as is_best
from candidates_in_order
