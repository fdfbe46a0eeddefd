"""Stripe's objects as its API gives them, one a line; the history is in the events.

What an object holds depends on the version of the API, so all of it but the id stays together,
in `extra`, and staging reads it.
"""

from __future__ import annotations

from flows.landing.streams import FLAG, INSTANT, JSON_OBJECT, Column, Format, Mentions, Stream

EVENTS = Stream(
    "events",
    key=("event_id",),
    columns=(
        Column("event_id", field="id", required=True),
        Column("event_type", field="type", required=True),
        Column("recorded_at", INSTANT, field="created", required=True),
        Column("livemode", FLAG),
        Column("data", JSON_OBJECT, required=True),
    ),
    others=("account", "api_version", "context", "object", "pending_webhooks", "request"),
    is_mixed=True,
    mentions=Mentions(
        account="""
            case
                when event_type like 'customer.%'
                    and json_extract_string(data, '$.object.object') = 'customer'
                    then coalesce(
                        json_extract_string(data, '$.object.metadata.account_id'),
                        json_extract_string(data, '$.object.id')
                    )
                else json_extract_string(data, '$.object.customer')
            end
        """,
        account_alias="""
            case
                when json_extract_string(data, '$.object.object') = 'customer'
                    then json_extract_string(data, '$.object.id')
            end
        """,
    ),
)


def _objects(name: str, key: str) -> Stream:
    columns = (Column(key, field="id", required=True), Column("livemode", FLAG))
    mentions = Mentions(account="json_extract_string(extra, '$.customer')")
    if name == "customers":
        named = "json_extract_string(extra, '$.metadata.account_id')"
        mentions = Mentions(account=f"coalesce({named}, {key})", account_alias=key)
    return Stream(name, key=(key,), columns=columns, is_mixed=True, is_open=True, mentions=mentions)


FORMAT = Format(
    "stripe",
    (
        EVENTS,
        _objects("customers", "customer_id"),
        _objects("prices", "price_id"),
        _objects("products", "product_id"),
        _objects("subscriptions", "subscription_id"),
        _objects("invoices", "invoice_id"),
    ),
    default_stream="events",
    default_kind="jsonl",
    epoch_unit="s",
)
