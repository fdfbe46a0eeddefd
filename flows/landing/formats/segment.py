"""Segment's raw messages in object storage, and RudderStack's, which speak the same language.

One JSON object a line, gzipped, in folders by the day of receipt: every kind of call in one file.
"""

from __future__ import annotations

from flows.landing.streams import INSTANT, JSON_OBJECT, Check, Column, Format, Mentions, Stream

MESSAGES = Stream(
    "events",
    key=("event_id",),
    columns=(
        Column("event_id", field="messageId", required=True, is_random=True),
        Column(
            "message_type",
            field="type",
            required=True,
            one_of=("track", "page", "screen", "identify", "group", "alias"),
        ),
        Column("event_name", field="event"),
        Column("corrected_at", INSTANT, field="timestamp"),
        Column("original_at", INSTANT, field="originalTimestamp"),
        Column("received_at", INSTANT, field="receivedAt"),
        Column("user_id", field="userId"),
        Column("anonymous_id", field="anonymousId", is_random=True),
        Column("previous_id", field="previousId"),
        Column("group_id", field="groupId"),
        Column("properties", JSON_OBJECT),
        Column("traits", JSON_OBJECT),
        Column("context", JSON_OBJECT),
    ),
    checks=(
        Check(
            that="user_id is not null or anonymous_id is not null",
            otherwise="userId and anonymousId are both missing; one of them must be given",
        ),
        Check(
            that="coalesce(corrected_at, original_at, received_at) is not null",
            otherwise="timestamp, originalTimestamp and receivedAt are all missing",
        ),
        Check(
            that="message_type <> 'track' or event_name is not null",
            otherwise="event is missing; a track call must name it",
        ),
        Check(
            that="message_type <> 'group' or group_id is not null",
            otherwise="groupId is missing; a group call must name it",
        ),
        Check(
            that="message_type <> 'alias' or (user_id is not null and previous_id is not null)",
            otherwise="userId or previousId is missing; an alias call must name both",
        ),
    ),
    others=(
        "_metadata",
        "category",
        "channel",
        "event_text",
        "integrations",
        "name",
        "projectId",
        "request_ip",
        "rudderId",
        "sentAt",
        "source_id",
        "sourceId",
        "version",
        "writeKey",
    ),
    is_mixed=True,
    mentions=Mentions(
        "user_id",
        device="anonymous_id",
        alias="previous_id",
        account="coalesce(group_id, json_extract_string(context, '$.groupId'))",
        at="coalesce(corrected_at, original_at, received_at)",
    ),
)

SEGMENT = Format("segment", (MESSAGES,), default_stream="events", default_kind="jsonl")
RUDDERSTACK = Format("rudderstack", (MESSAGES,), default_stream="events", default_kind="jsonl")
