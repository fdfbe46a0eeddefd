{#
    Where does each account stand today: how near to a talk, how it is used, is it slipping?

    Its people's signals rolled up, what a deal may be worth, and payers whose usage falls: that
    is when a customer is lost, long before he says so.
#}

with

accounts as (

    select * from {{ ref('int_accounts') }}
    where not is_internal

),

contexts as (

    select * from {{ ref('int_account_contexts') }}

),

account_leads as (

    select * from {{ ref('int_account_leads') }}

),

activations as (

    select * from {{ ref('int_primary_activations') }}
    where grain = 'account'

),

plans as (

    select * from {{ ref('plans') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

described as (

    select
        accounts.account_id,
        contexts.plan,
        contexts.mrr > 0 as is_paying,
        contexts.mrr,
        contexts.deal_size,
        contexts.members,
        cast(contexts.members as double) / nullif(cast(plans.seat_limit as double), 0)
            as share_of_seats,
        contexts.active_users_28d,
        contexts.features_used_28d,
        contexts.uses_28d,
        contexts.uses_28d_before,
        case
            when contexts.uses_28d = 0 then 'silent'
            when contexts.uses_28d < {{ var('falling_usage_share') }} * contexts.uses_28d_before
                then 'falling'
            when {{ var('falling_usage_share') }} * contexts.uses_28d > contexts.uses_28d_before
                then 'growing'
            else 'steady'
        end as usage_state,
        activations.is_activated
    from accounts
    cross join as_of
    inner join contexts
        on accounts.account_id = contexts.account_id
        and as_of.as_of = contexts.seen_at
    left join plans on contexts.plan = plans.plan
    left join activations on accounts.account_id = activations.actor_id

)

select
    -- the account
    described.account_id,
    described.plan,
    described.is_paying,
    described.mrr,
    described.is_activated,

    -- its use
    cast(described.members as bigint) as members,
    described.share_of_seats,
    cast(described.active_users_28d as bigint) as active_users_28d,
    cast(described.features_used_28d as bigint) as features_used_28d,
    cast(described.uses_28d as bigint) as uses_28d,
    cast(described.uses_28d_before as bigint) as uses_28d_before,
    described.usage_state,
    described.is_paying and described.usage_state in ('silent', 'falling') as is_at_risk,

    -- its potential
    described.deal_size,
    account_leads.model,
    account_leads.points,
    account_leads.points_needed,
    account_leads.learned_rate,
    account_leads.nearest_user_id,
    account_leads.nearest_user_points,
    account_leads.nearest_user_points_needed,
    cast(account_leads.leads as bigint) as leads,
    cast(account_leads.users_qualified as bigint) as users_qualified,
    account_leads.last_lead_at
from described
left join account_leads on described.account_id = account_leads.account_id
