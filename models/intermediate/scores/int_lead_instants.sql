{#
    Lists the instants at which a model looks at an actor: whenever a fact that matches one of its
    signals becomes known. A version of an attribute is such a fact if it satisfies its signal.

    Internal users and accounts are no leads.
#}

with

signals as (

    select * from {{ ref('int_signals') }}

),

facts as (

    select * from {{ ref('int_signal_facts') }}

),

signal_values as (

    select * from {{ ref('int_signal_values') }}

),

users as (

    select * from {{ ref('int_users') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

internal_actors as (

    select
        'user' as grain,
        user_id as actor_id
    from users
    where is_internal
    union all
    select
        'account' as grain,
        account_id as actor_id
    from accounts
    where is_internal

),

instants as (

    select
        facts.signal_number,
        facts.actor_id,
        facts.known_from as scored_at
    from facts
    where facts.is_news
    union all
    select
        signal_number,
        actor_id,
        started_at as scored_at
    from signal_values
    where is_version

)

select distinct
    signals.model,
    signals.grain,
    instants.actor_id,
    instants.scored_at
from instants
inner join signals on instants.signal_number = signals.signal_number
left join internal_actors
    on signals.grain = internal_actors.grain
    and instants.actor_id = internal_actors.actor_id
where internal_actors.actor_id is null
