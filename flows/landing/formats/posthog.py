"""PostHog's batch export to object storage: JSON lines or Parquet, models events and persons."""

from __future__ import annotations

from flows.landing.streams import INSTANT, JSON_OBJECT, WHOLE, Column, Format, Stream

EVENTS = Stream(
    "events",
    key=("event_id",),
    columns=(
        Column("event_id", field="uuid", required=True, is_random=True),
        Column("event_name", field="event", required=True),
        Column("occurred_at", INSTANT, field="timestamp", required=True),
        Column("received_at", INSTANT, field="created_at"),
        Column("distinct_id", required=True, is_random=True),
        Column("properties", JSON_OBJECT),
    ),
    others=(
        "_inserted_at",
        "elements",
        "elements_chain",
        "historical_migration",
        "inserted_at",
        "ip",
        "person_id",
        "person_properties",
        "set",
        "set_once",
        "site_url",
        "team_id",
    ),
    is_mixed=True,
)

PERSONS = Stream(
    "persons",
    key=("distinct_id", "person_id", "person_version", "person_distinct_id_version"),
    columns=(
        Column("distinct_id", required=True, is_random=True),
        Column("person_id", required=True, is_random=True),
        Column("created_at", INSTANT),
        Column("inserted_at", INSTANT, field="_inserted_at"),
        Column("person_version", WHOLE),
        Column("person_distinct_id_version", WHOLE),
        Column("properties", JSON_OBJECT),
    ),
    others=("is_deleted", "team_id"),
    is_mixed=True,
)

FORMAT = Format("posthog", (EVENTS, PERSONS), default_stream="events", default_kind="jsonl")
