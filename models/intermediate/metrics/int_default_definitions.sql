{#
    Says which definition a measure means where the scorecard names none: the primary activation
    of users, else of accounts; the first weekly retention and the first lead model of free
    accounts, by name.
#}

with

activations as (

    select * from {{ ref('activations') }}

),

retentions as (

    select * from {{ ref('retentions') }}

),

pql_models as (

    select * from {{ ref('pql_models') }}

),

candidates as (

    select
        'activation_rate|median_hours_to_value|first_session_value_rate' as measures,
        activation as definition,
        case when is_primary then 0 else 1 end as rank_of_kind,
        case when grain = 'user' then 0 else 1 end as rank_of_grain
    from activations
    union all
    select
        'week_4_retention' as measures,
        retention as definition,
        case when period = 'week' then 0 else 1 end as rank_of_kind,
        case when grain = 'user' then 0 else 1 end as rank_of_grain
    from retentions
    union all
    select
        'pql_volume|pql_conversion_rate' as measures,
        model as definition,
        case when target = 'free_to_paid' then 0 else 1 end as rank_of_kind,
        case when grain = 'account' then 0 else 1 end as rank_of_grain
    from pql_models

),

candidates_in_order as (

    select
        measures,
        definition,
        row_number() over (
            partition by measures
            order by rank_of_kind asc, rank_of_grain asc, definition asc
        ) as preference
    from candidates

)

select
    {{ split_rows('measures', '|') }} as measure,
    definition
from candidates_in_order
where preference = 1
