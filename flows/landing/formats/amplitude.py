"""Amplitude's event export: a ZIP of gzipped JSON lines, and the file of merged Amplitude ids."""

from __future__ import annotations

from flows.landing.streams import INSTANT, JSON_OBJECT, Check, Column, Format, Mentions, Stream

EVENTS = Stream(
    "events",
    key=("device_id", "insert_id", "uuid"),
    columns=(
        Column("event_name", field="event_type", required=True),
        Column("occurred_at", INSTANT, field="event_time", required=True),
        Column("received_at", INSTANT, field="server_upload_time"),
        Column("uuid", is_random=True),
        Column("insert_id", field="$insert_id", is_random=True),
        Column("user_id"),
        Column("device_id", is_random=True),
        Column("amplitude_id"),
        Column("session_id"),
        Column("library"),
        Column("event_properties", JSON_OBJECT),
        Column("user_properties", JSON_OBJECT),
        Column("groups", JSON_OBJECT),
        Column("group_properties", JSON_OBJECT),
    ),
    checks=(
        Check(
            that="user_id is not null or device_id is not null",
            otherwise="user_id and device_id are both missing; one of them must be given",
        ),
        Check(
            that="uuid is not null or (device_id is not null and insert_id is not null)",
            otherwise="uuid is missing, and device_id with $insert_id, too",
        ),
    ),
    others=(
        "$insert_key",
        "$schema",
        "_insert_id",
        "adid",
        "amplitude_attribution_ids",
        "amplitude_event_type",
        "app",
        "city",
        "client_event_time",
        "client_upload_time",
        "country",
        "data",
        "data_type",
        "device_brand",
        "device_carrier",
        "device_family",
        "device_manufacturer",
        "device_model",
        "device_type",
        "dma",
        "event_id",
        "followed_an_identify",
        "global_user_properties",
        "idfa",
        "ip_address",
        "is_attribution_event",
        "language",
        "location_lat",
        "location_lng",
        "os_name",
        "os_version",
        "partner_id",
        "paying",
        "plan",
        "platform",
        "processed_time",
        "raw_event_type",
        "region",
        "sample_rate",
        "server_received_time",
        "source_id",
        "start_version",
        "user_creation_time",
        "version_name",
    ),
    is_mixed=True,
    mentions=Mentions(
        "user_id",
        device="""
            case
                when user_id is null
                    or not coalesce(
                        regexp_matches(
                            library, '^(http|amplitude-(python|node|java|go|ruby|php|csharp))'
                        ),
                        false
                    )
                    then device_id
            end
        """,
        account="json_extract_string(groups, '$.*[0]')[1]",
        at="occurred_at",
    ),
)

MERGED_IDS = Stream(
    "merged_ids",
    key=("amplitude_id", "merged_amplitude_id"),
    columns=(
        Column("amplitude_id", required=True),
        Column("merged_amplitude_id", required=True),
        Column("merged_at", INSTANT, field="merge_event_time"),
        Column("received_at", INSTANT, field="merge_server_time"),
    ),
    others=("scope",),
    is_mixed=True,
)

FORMAT = Format("amplitude", (EVENTS, MERGED_IDS), default_stream="events", default_kind="jsonl")
