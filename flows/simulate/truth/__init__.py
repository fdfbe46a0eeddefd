"""What the marts must find in a simulated company, worked out from the very files it landed.

Everything here is slow and obvious on purpose: plain Python over plain rows, one rule of the
contract after the other, so that it can be believed where the warehouse's SQL is doubted.
"""

from __future__ import annotations

from pathlib import Path

from flows.simulate.timeline import Span
from flows.simulate.truth.activations import activation_truth
from flows.simulate.truth.answers import experiment_truth, survey_truth
from flows.simulate.truth.facts import Facts, gather
from flows.simulate.truth.funnels import funnel_truth
from flows.simulate.truth.leads import lead_truth
from flows.simulate.truth.loops import retention_truth, virality_truth
from flows.simulate.truth.revenue import revenue_truth

DEFINITIONS = Path(__file__).parents[3] / "seeds" / "definitions"


def recovered(landing: Path, span: Span, definitions: Path = DEFINITIONS) -> dict[str, object]:
    """The truth of `<landing>`'s native files at the end of the company's life."""
    facts = gather(landing, definitions, span.end)
    return {
        "as_of": f"{facts.as_of.isoformat()}Z",
        "counts": _counts(facts),
        "activations": activation_truth(facts),
        "funnels": funnel_truth(facts),
        "leads": lead_truth(facts),
        "revenue": revenue_truth(facts),
        "virality": virality_truth(facts),
        "retentions": retention_truth(facts),
        "experiments": experiment_truth(facts),
        "surveys": survey_truth(facts),
    }


def _counts(facts: Facts) -> dict[str, int]:
    people = {event.person for event in facts.events if event.person}
    return {
        "event_rows": facts.event_rows,
        "events": facts.events_landed,
        "events_before_as_of": len(facts.events),
        "events_counted": len(facts.events_counted),
        "users": len(facts.users),
        "internal_users": sum(user.is_internal for user in facts.users.values()),
        "accounts": len(facts.accounts),
        "internal_accounts": sum(account.is_internal for account in facts.accounts.values()),
        "visitors_never_identified": len(people - set(facts.users)),
        "anonymous_ids_with_a_user": len(facts.owners_by_device),
        "shared_anonymous_ids": sum(len(owners) > 1 for owners in facts.owners_by_device.values()),
        "merged_user_ids": len(facts.aliases),
    }
