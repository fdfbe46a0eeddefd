{#
    Follows what became of an actor after each moment: did he convert, when, and is the time over.

    A user converts with his account: the one that was his own then, else the one that is now.
#}

with

pql_models as (

    select * from {{ ref('pql_models') }}

),

moments as (

    select * from {{ ref('int_lead_moments') }}

),

user_homes as (

    select * from {{ ref('int_user_homes') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

conversions as (

    select * from {{ ref('int_lead_conversions') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

homes_of_today as (

    select
        user_id,
        account_id
    from user_homes
    where known_to = timestamp '9999-12-31 00:00:00'

),

moments_with_accounts as (

    select
        moments.*,
        pql_models.target,
        pql_models.conversion_days,
        case
            when pql_models.grain = 'account' then moments.actor_id
            else coalesce(user_homes.account_id, homes_of_today.account_id)
        end as account_id
    from moments
    inner join pql_models on moments.model = pql_models.model
    left join user_homes
        on pql_models.grain = 'user'
        and moments.actor_id = user_homes.user_id
        and moments.happened_at >= user_homes.known_from
        and moments.happened_at < user_homes.known_to
    left join user_aliases
        on pql_models.grain = 'user'
        and moments.actor_id = user_aliases.from_id
    left join homes_of_today
        on coalesce(user_aliases.user_id, moments.actor_id) = homes_of_today.user_id

),

moments_with_conversions as (

    select
        moments.kind,
        moments.model,
        moments.actor_id,
        moments.signal,
        moments.happened_at,
        moments.points,
        moments.previous_points,
        moments.account_id,
        moments.happened_at + moments.conversion_days * interval '1' day as ends_at,
        min(conversions.converted_at) as converted_at
    from moments_with_accounts as moments
    left join conversions
        on moments.target = conversions.target
        and moments.account_id = conversions.account_id
        and moments.happened_at < conversions.converted_at
    group by
        moments.kind, moments.model, moments.actor_id, moments.signal, moments.happened_at,
        moments.points, moments.previous_points, moments.account_id, moments.conversion_days

)

select
    moments.kind,
    moments.model,
    moments.actor_id,
    moments.signal,
    moments.happened_at,
    moments.points,
    moments.previous_points,
    moments.account_id,
    moments.converted_at,
    case
        when moments.converted_at <= moments.ends_at then true
        when moments.ends_at <= as_of.as_of then false
    end as is_converted,
    moments.ends_at <= as_of.as_of as is_mature
from moments_with_conversions as moments
cross join as_of
