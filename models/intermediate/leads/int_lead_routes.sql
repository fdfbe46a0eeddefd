{#
    Finds the routing rules that fit each lead, by what was known of its account when it qualified
    and by the size of the deal, and says whose it is and where it goes: the rule of the lowest
    priority decides, and all rules of that priority send.
#}

with

outcomes as (

    select * from {{ ref('int_lead_outcomes') }}

),

account_contexts as (

    select * from {{ ref('int_account_contexts') }}

),

attribute_matches as (

    select * from {{ ref('int_attribute_matches') }}

),

routing_rules as (

    select * from {{ ref('routing_rules') }}

),

rules_that_fit as (

    select
        leads.model,
        leads.actor_id,
        leads.happened_at as qualified_at,
        routing_rules.owner,
        routing_rules.destination,
        routing_rules.priority,
        row_number() over (
            partition by leads.model, leads.actor_id, leads.happened_at
            order by routing_rules.priority asc, routing_rules.rule asc
        ) as number,
        min(routing_rules.priority) over (
            partition by leads.model, leads.actor_id, leads.happened_at
        ) as lowest_priority
    from outcomes as leads
    inner join routing_rules on leads.model = routing_rules.model
    left join account_contexts
        on leads.account_id = account_contexts.account_id
        and leads.happened_at = account_contexts.seen_at
    left join attribute_matches
        on attribute_matches.kind = 'routing'
        and routing_rules.model = attribute_matches.definition
        and routing_rules.rule = attribute_matches.part
        and coalesce(leads.account_id, '') = attribute_matches.subject_id
        and leads.happened_at >= attribute_matches.known_from
        and leads.happened_at < attribute_matches.known_to
    where
        leads.kind = 'qualification'
        and (routing_rules.property is null or attribute_matches.part is not null)
        and (
            routing_rules.minimum_deal_size is null
            or account_contexts.deal_size >= routing_rules.minimum_deal_size
        )

),

destinations as (

    select distinct
        model,
        actor_id,
        qualified_at,
        destination
    from rules_that_fit
    where priority = lowest_priority and destination is not null

),

destinations_listed as (

    select
        model,
        actor_id,
        qualified_at,
        {{ ordered_list('destination', ['destination'], '|') }} as destinations
    from destinations
    group by model, actor_id, qualified_at

)

select
    rules_that_fit.model,
    rules_that_fit.actor_id,
    rules_that_fit.qualified_at,
    rules_that_fit.owner,
    destinations_listed.destinations
from rules_that_fit
left join destinations_listed
    on rules_that_fit.model = destinations_listed.model
    and rules_that_fit.actor_id = destinations_listed.actor_id
    and rules_that_fit.qualified_at = destinations_listed.qualified_at
where rules_that_fit.number = 1
