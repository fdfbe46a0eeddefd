{#
    Finds the routing rules that fit each lead, by what was known of its account when it qualified
    and by the size of the deal, and which of them decides: the one of the lowest priority.
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
        routing_rules.rule,
        routing_rules.priority,
        routing_rules.owner,
        routing_rules.destination
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

)

select
    model,
    actor_id,
    qualified_at,
    rule,
    owner,
    destination,
    row_number() over (
        partition by model, actor_id, qualified_at
        order by priority asc, rule asc
    ) = 1 as is_owner,
    priority = min(priority) over (partition by model, actor_id, qualified_at) as is_sent
from rules_that_fit
