{#
    Lists against whom leads are judged: all users or accounts of a model's grain, with whether
    they converted within the model's days of their sign-up, lead or not.

    An expansion model counts from the first payment, and only who ever paid. A user who joined an
    account that paid already could never have been a lead, so he is not compared with one.
#}

with

pql_models as (

    select * from {{ ref('pql_models') }}

),

actors as (

    select * from {{ ref('int_lead_actors') }}

),

conversions as (

    select * from {{ ref('int_lead_conversions') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

first_payments as (

    select
        account_id,
        min(converted_at) as paid_at
    from conversions
    where target = 'free_to_paid'
    group by account_id

),

anchored as (

    select
        pql_models.model,
        pql_models.grain,
        pql_models.target,
        pql_models.conversion_days,
        actors.actor_id,
        actors.account_id,
        actors.created_at,
        first_payments.paid_at,
        case
            when pql_models.target = 'free_to_paid' then actors.created_at
            else greatest(actors.created_at, first_payments.paid_at)
        end as counted_from
    from pql_models
    inner join actors on pql_models.grain = actors.grain
    left join first_payments on actors.account_id = first_payments.account_id
    where pql_models.target = 'free_to_paid' or first_payments.paid_at is not null

),

anchored_with_ends as (

    select
        anchored.*,
        counted_from + conversion_days * interval '1' day as ends_at
    from anchored

),

converted as (

    select
        anchored.model,
        anchored.actor_id,
        min(conversions.converted_at) as converted_at
    from anchored
    inner join conversions
        on anchored.target = conversions.target
        and anchored.account_id = conversions.account_id
    where anchored.target = 'free_to_paid' or conversions.converted_at > anchored.counted_from
    group by anchored.model, anchored.actor_id

)

select
    anchored.model,
    anchored.actor_id,
    anchored.account_id,
    anchored.created_at,
    anchored.counted_from,
    {{ period_start(utc_to_local('anchored.counted_from'), 'month') }} as month,
    coalesce(converted.converted_at <= anchored.ends_at, false) as is_converted,
    anchored.ends_at <= as_of.as_of
    and (
        anchored.grain = 'account'
        or anchored.target = 'expansion'
        or anchored.paid_at is null
        or anchored.paid_at > anchored.created_at
    ) as is_compared
from anchored_with_ends as anchored
cross join as_of
left join converted
    on anchored.model = converted.model
    and anchored.actor_id = converted.actor_id
