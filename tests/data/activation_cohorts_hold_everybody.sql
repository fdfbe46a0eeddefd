{# Everybody who could be activated signed up in exactly one week. #}

with

activation_by_user as (

    select * from {{ ref('activation_by_user') }}

),

activation_by_account as (

    select * from {{ ref('activation_by_account') }}

),

activation_by_cohort as (

    select * from {{ ref('activation_by_cohort') }}

),

actors as (

    select
        activation,
        is_activated,
        is_mature
    from activation_by_user
    union all
    select
        activation,
        is_activated,
        is_mature
    from activation_by_account

),

counted_by_name as (

    select
        activation,
        count(*) as signed_up,
        count(case when is_mature and is_activated then 1 end) as activated
    from actors
    group by activation

),

counted_by_week as (

    select
        activation,
        sum(signed_up) as signed_up,
        sum(activated) as activated
    from activation_by_cohort
    group by activation

)

select counted_by_name.activation
from counted_by_name
full outer join counted_by_week on counted_by_name.activation = counted_by_week.activation
where
    counted_by_name.signed_up is distinct from counted_by_week.signed_up
    or counted_by_name.activated is distinct from counted_by_week.activated
