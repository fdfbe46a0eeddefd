{#
    Says from when till when a subscription was in a state. The first state begins with the
    subscription, however it was told, and one found ended was in force before.
#}

with

changes as (

    select * from {{ ref('int_stripe_changes') }}

),

customers as (

    select * from {{ ref('int_stripe_customers') }}

),

states as (

    select
        changes.*,
        {{ json_text('object', 'status') }} as status,
        {{ json_text('object', 'customer') }} as customer,
        {{ instant_of_text(json_text('object', 'start_date')) }} as start_date,
        {{ instant_of_text(json_text('object', 'created')) }} as created_at,
        {{ instant_of_text(json_text('object', 'ended_at')) }} as ended_at,
        {{ instant_of_text(json_text('object', 'trial_end')) }} as trial_end,
        {{ instant_of_text(json_text('object', 'canceled_at')) }} as canceled_at
    from changes

),

states_with_starts as (

    select
        states.*,
        case when left(customer, 1) = '{' then {{ json_text('customer', 'id') }} else customer end
            as customer_id,
        case
            when is_first then coalesce(start_date, created_at, changed_at)
            when status = 'canceled' then coalesce(ended_at, changed_at)
            else changed_at
        end as started_at
    from states

),

last_states_of_instants as (

    select
        states_with_starts.*,
        row_number() over (
            partition by source_id, subscription_id, started_at
            order by place desc
        ) as recency
    from states_with_starts

)

select
    states.source_id,
    states.file_id,
    states.line_number,
    states.subscription_id,
    coalesce(customers.account_id, states.customer_id) as account_id,
    states.object,
    case
        when states.status = 'canceled' then 'active'
        when left({{ json_text('states.object', 'pause_collection') }}, 1) = '{' then 'paused'
        else states.status
    end as status,
    states.recorded_at,
    states.trial_end,
    states.canceled_at,
    states.started_at,
    least(
        lead(states.started_at) over (
            partition by states.source_id, states.subscription_id
            order by states.started_at asc
        ),
        case
            when states.status = 'canceled' then coalesce(states.ended_at, states.changed_at)
        end
    ) as ended_at,
    states.status = 'canceled' and not states.is_first as is_over
from last_states_of_instants as states
left join customers
    on states.source_id = customers.source_id
    and states.customer_id = customers.customer_id
where states.recency = 1
