"""What a lead looks like at each kind of destination."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from flows.routing.leads import ACCOUNT, ACCOUNT_TODAY, LEAD, USER_TODAY
from flows.routing.outbox import Delivery

Content = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """One HTTP request; `key` is its idempotency key."""

    path: str
    key: str
    body: bytes
    headers: dict[str, str]


def messages(kind: str, delivery: Delivery, secret: str, sent_at: int) -> list[Message]:
    """The requests that together deliver a lead, in order."""
    if kind == "webhook":
        body = _json(delivery.content)
        return [_message("", delivery.key, body, signature(secret, delivery.key, sent_at, body))]
    if kind == "slack":
        return [_message("", delivery.key, _json({"text": slack_text(delivery.content)}))]
    headers = {"Authorization": f"Bearer {secret}"}
    return [
        _message(f"/crm/v3/objects/{object_}/batch/upsert", key, _json({"inputs": [row]}), headers)
        for object_, key, row in hubspot_objects(delivery)
    ]


def signature(secret: str, key: str, sent_at: int, body: bytes) -> dict[str, str]:
    """As standardwebhooks.com has it: HMAC-SHA256 of id, time and body."""
    given = secret.removeprefix("whsec_")
    secret_bytes = base64.b64decode(given) if given != secret else secret.encode()
    signed = f"{key}.{sent_at}.".encode() + body
    digest = hmac.new(secret_bytes, signed, hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def slack_text(lead: Content) -> str:
    """A lead in a few lines."""
    account, user = lead["account"], lead.get("user")
    name = account.get("name") or account["account_id"] or "no account yet"
    who = f"{user.get('name') or user['user_id']} of {name}" if user else name
    lines = [
        f"*{_escaped(who)}* is ready to talk: {lead['points']:g} points ({_escaped(lead['model'])})"
        + (f", for {_escaped(lead['owner'])}" if lead["owner"] else "")
    ]
    lines += [f"• {_escaped(one['words'])}, {one['points']:g} points" for one in lead["reasons"]]
    lines.append(_escaped(described(lead)))
    return "\n".join(lines)


def described(lead: Content) -> str:
    """The account in a sentence, and whether it is too early to call."""
    account = lead["account"]
    told = [f"Plan {account['plan']}"] if account["plan"] else []
    if account["members"] is not None:
        told.append(f"{account['members']} people, {account['active_users_28d']} active in 28 days")
        told.append(f"{account['features_used_28d']} features")
        told.append(f"{account['uses_28d']} uses after {account['uses_28d_before']}")
    if account["deal_size"] is not None:
        told.append(f"a deal may be worth {account['deal_size']:g} a month")
    if lead["is_activated_before"] is False:
        told.append("has not reached value yet")
    return ", ".join(told)


def hubspot_objects(delivery: Delivery) -> list[tuple[str, str, Content]]:
    """Company, and for a lead that is a user his contact: object, idempotency key and input.

    The lead's own object travels under the lead's key, the company of a user under one of its own.
    """
    lead = delivery.content
    account, user = lead["account"], lead.get("user")
    facts = {
        "flywheel_lead_model": lead["model"],
        "flywheel_lead_points": lead["points"],
        "flywheel_lead_qualified_at": lead["qualified_at"],
        "flywheel_lead_owner": lead["owner"],
        "flywheel_lead_reasons": "\n".join(one["words"] for one in lead["reasons"]),
    }
    company = {
        "flywheel_account_id": account["account_id"],
        "name": account.get("name"),
        "industry": account.get("industry"),
        "numberofemployees": account.get("employee_count"),
        "country": account.get("country"),
        "flywheel_plan": account["plan"],
        "flywheel_members": account["members"],
        "flywheel_active_users_28d": account["active_users_28d"],
        "flywheel_features_used_28d": account["features_used_28d"],
        "flywheel_deal_size": account["deal_size"],
    }
    objects = []
    if account["account_id"] is not None:
        key = derived_key(delivery.key, "company") if user else delivery.key
        row = _upsert("flywheel_account_id", company if user else company | facts)
        objects.append(("companies", key, row))
    if user:
        contact = {
            "flywheel_user_id": user["user_id"],
            "flywheel_account_id": account["account_id"],
            "email": user.get("email"),
            "firstname": user.get("name"),
            **facts,
        }
        objects.append(("contacts", delivery.key, _upsert("flywheel_user_id", contact)))
    return objects


def derived_key(key: str, part: str) -> str:
    return hashlib.sha256(f"{key} {part}".encode()).hexdigest()[:40]


def flat(delivery: Delivery) -> dict[str, str]:
    """A lead as a line of CSV; text that a spreadsheet would run as a formula is made harmless."""
    lead = delivery.content
    row = {"idempotency_key": delivery.key, **{name: lead[name] for name in LEAD}}
    row |= {"grain": lead["grain"], "owner": lead["owner"]}
    row["reasons"] = "; ".join(one["words"] for one in lead["reasons"])
    row |= {name: lead["account"][name] for name in ACCOUNT}
    row |= {f"account_{name}": lead["account"].get(name) for name in ACCOUNT_TODAY}
    row |= {f"user_{name}": lead.get("user", {}).get(name) for name in USER_TODAY}
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}" if value[:1] in tuple("=+-@\t\r") else value
    return "" if value is None else json.dumps(value)


def _upsert(property_: str, properties: Content) -> Content:
    given = {name: value for name, value in properties.items() if value is not None}
    return {"idProperty": property_, "id": properties[property_], "properties": given}


def _message(path: str, key: str, body: bytes, headers: dict[str, str] | None = None) -> Message:
    common = {"Content-Type": "application/json", "Idempotency-Key": key}
    return Message(path, key, body, common | (headers or {}))


def _json(content: Content) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
