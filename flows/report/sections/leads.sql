-- Leads whose window is still running and who have not converted: whom to talk to, and why.
select
    leads.model,
    models.grain,
    models.target,
    models.qualifying_points,
    leads.actor_id,
    leads.account_id,
    accounts.name as account_name,
    leads.qualified_at,
    leads.points,
    leads.reasons,
    leads.is_activated_before,
    leads.plan,
    leads.mrr,
    leads.uses_28d,
    leads.uses_28d_before,
    leads.owner,
    leads.handoff_state,
    count(*) over () as open_leads
from pql.pql_by_account as leads
inner join definitions.pql_models as models
    on leads.model = models.model
left join core.accounts as accounts
    on leads.account_id = accounts.account_id
where leads.is_converted is null
order by
    leads.points / nullif(models.qualifying_points, 0) desc,
    leads.qualified_at desc,
    leads.model,
    leads.actor_id
limit 15
