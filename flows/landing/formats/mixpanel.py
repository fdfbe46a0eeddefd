"""Mixpanel's raw export of events, and the profiles of people and groups.

The time of an event is a number, in seconds unless the export was asked for milliseconds; in
projects from before 2023 it counts from midnight in the project's own time zone.
"""

from __future__ import annotations

from flows.landing.streams import INSTANT, JSON_OBJECT, Check, Column, Format, Mentions, Stream

EVENTS = Stream(
    "events",
    key=("event_name", "distinct_id", "occurred_at", "insert_id"),
    columns=(
        Column("event_name", field="event", required=True),
        Column("occurred_at", INSTANT, field="time", within="properties", required=True),
        Column("insert_id", field="$insert_id", within="properties", is_random=True),
        Column("distinct_id", within="properties", is_random=True),
        Column("device_id", field="$device_id", within="properties", is_random=True),
        Column("user_id", field="$user_id", within="properties"),
        Column("properties", JSON_OBJECT, required=True),
    ),
    checks=(
        Check(
            that="distinct_id is not null or device_id is not null or user_id is not null",
            otherwise="distinct_id, $device_id and $user_id are all missing; one must be given",
        ),
    ),
    is_mixed=True,
    mentions=Mentions(
        """
        coalesce(
            user_id,
            json_extract_string(properties, '$.\"$identified_id\"'),
            json_extract_string(properties, '$.\"$distinct_ids\"[0]'),
            case when not starts_with(distinct_id, '$device:') then distinct_id end
        )
        """,
        device="""
            coalesce(
                device_id,
                case
                    when starts_with(distinct_id, '$device:')
                        then replace(distinct_id, '$device:', '')
                end
            )
        """,
        alias="""
            coalesce(
                json_extract_string(properties, '$.\"$distinct_ids\"[1]'),
                json_extract_string(properties, '$.\"$anon_id\"'),
                json_extract_string(properties, '$.alias')
            )
        """,
        account="""
            coalesce(
                json_extract_string(properties, '$.company'),
                json_extract_string(properties, '$.account_id'),
                json_extract_string(properties, '$.company_id')
            )
        """,
        at="occurred_at",
        has_uncertain_users=True,
    ),
)

PEOPLE = Stream(
    "people",
    key=("distinct_id", "group_key", "group_id"),
    columns=(
        Column("distinct_id", field="$distinct_id"),
        Column("group_key", field="$group_key"),
        Column("group_id", field="$group_id"),
        Column("properties", JSON_OBJECT, field="$properties", required=True),
    ),
    checks=(
        Check(
            that="distinct_id is not null or group_id is not null",
            otherwise="$distinct_id and $group_id are both missing; one of them must be given",
        ),
    ),
    is_mixed=True,
    mentions=Mentions("distinct_id", account="group_id"),
)

FORMAT = Format(
    "mixpanel",
    (EVENTS, PEOPLE),
    default_stream="events",
    default_kind="jsonl",
    epoch_unit="s",
    has_local_epochs=True,
)
