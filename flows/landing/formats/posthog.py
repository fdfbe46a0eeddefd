"""PostHog's batch export to object storage: JSON lines or Parquet, models events and persons."""

from __future__ import annotations

from flows.landing.streams import INSTANT, JSON_OBJECT, WHOLE, Column, Format, Mentions, Stream

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
    mentions=Mentions(
        "nullif(distinct_id, json_extract_string(properties, '$.\"$device_id\"'))",
        device="""
            coalesce(
                json_extract_string(properties, '$.\"$anon_distinct_id\"'),
                json_extract_string(properties, '$.\"$device_id\"')
            )
        """,
        alias="json_extract_string(properties, '$.alias')",
        account="""
            coalesce(
                json_extract_string(properties, '$.\"$group_key\"'),
                json_extract_string(properties, '$.\"$groups\".*')[1]
            )
        """,
        at="occurred_at",
        has_uncertain_users=True,
    ),
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
    mentions=Mentions(
        "distinct_id", alias="'person ' || person_id", at="created_at", has_uncertain_users=True
    ),
)

FORMAT = Format("posthog", (EVENTS, PERSONS), default_stream="events", default_kind="jsonl")
