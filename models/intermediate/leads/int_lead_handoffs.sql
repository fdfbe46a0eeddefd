{#
    Says how far the hand-off of each lead has come over all its destinations, and since when.
    A lead that `flywheel route` was told to leave out was never handed over.
#}

with

handoffs as (

    select * from {{ ref('stg_routing__handoffs') }}
    where state <> 'left out'

)

select
    model,
    actor_id,
    qualification,
    min(account_id) as account_id,
    case
        when count(case when state = 'refused' then 1 end) > 0 then 'refused'
        when count(delivered_at) = count(*) then 'delivered'
        else 'pending'
    end as handoff_state,
    min(delivered_at) as handed_over_at
from handoffs
group by model, actor_id, qualification
