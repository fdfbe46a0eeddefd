"""Traps of single vendors, each in a source of its own beside the story that all of them tell."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

SETTINGS = {
    "mixpanel": {"account_group": "workspace"},
    "posthog_traps": {"format": "posthog"},
    "amplitude_traps": {"format": "amplitude"},
    "mixpanel_traps": {"format": "mixpanel", "epoch_unit": "ms"},
    "segment_traps": {"format": "segment"},
}
NOON = "2026-03-10T12:00:00.000Z"


def posthog(name: str, distinct_id: str, number: int, **properties: Any) -> Row:
    return {
        "uuid": f"ph{number}",
        "event": name,
        "distinct_id": distinct_id,
        "timestamp": NOON,
        "created_at": NOON,
        "properties": properties,
    }


POSTHOG = [
    # a server knows its users, but not who is one: another source does
    posthog("server_act", "both u1", 1),
    # an id of old times, merged into an identified one; it is first by name
    posthog("$identify", "usr_1", 2, **{"$anon_distinct_id": "web 1"}),
    posthog("$create_alias", "usr_1", 3, alias="legacy_1"),
    posthog("legacy_act", "legacy_1", 4),
    # the same alias the other way round, as the Python SDK writes it
    posthog("$identify", "usr_2", 5, **{"$anon_distinct_id": "web 2"}),
    posthog("$create_alias", "legacy_2", 6, alias="usr_2"),
    posthog("legacy_act", "legacy_2", 7),
    # a flag that was shown is an exposure, too
    posthog(
        "$feature_flag_called",
        "usr_1",
        8,
        **{"$feature_flag": "new-menu", "$feature_flag_response": "test"},
    ),
    # a second $identify of somebody identified merges nobody
    posthog("$identify", "usr_3", 9, **{"$anon_distinct_id": "usr_1"}),
    posthog("late_act", "usr_3", 10),
]


def amplitude(number: int, person: int, device: str, user: str | None = None) -> Row:
    return {
        "uuid": f"am{number}",
        "$insert_id": f"i{number}",
        "amplitude_id": person,
        "event_type": "watched",
        "event_time": "2026-03-10 12:00:00.000000",
        "device_id": device,
        "user_id": user,
    }


AMPLITUDE = [
    amplitude(1, 501, "am tv"),
    amplitude(2, 502, "am phone", "am eve"),
    # merged over two steps; and a device that the same insert id comes from
    amplitude(2, 503, "am radio"),
]
MERGED_IDS = [
    {"amplitude_id": 502, "merged_amplitude_id": 501, "merge_event_time": "2026-03-11 00:00:00"},
    {"amplitude_id": 501, "merged_amplitude_id": 503, "merge_event_time": "2026-03-12 00:00:00"},
]


def mixpanel(name: str, at: int, **properties: Any) -> Row:
    times = {"time": 1_773_144_000_000 + at, "$insert_id": "same"}
    return {"event": name, "properties": times | properties}


MIXPANEL = [
    # of the original kind of merging: an anonymous id that looks like any other
    mixpanel("visited", 0, distinct_id="mp anon", company="mp co"),
    mixpanel(
        "$identify", 1, **{"$identified_id": "mp fay", "$anon_id": "mp anon"}, distinct_id="mp fay"
    ),
    mixpanel("bought", 2, distinct_id="mp fay"),
    # an alias is the id that stays, though the other is first by name
    mixpanel("wandered", 4, distinct_id="mp 0001"),
    mixpanel("$create_alias", 5, distinct_id="mp 0001", alias="mp hal"),
    # one insert id for two events, one of them exported twice
    mixpanel("bought", 3, distinct_id="mp fay"),
    mixpanel("bought", 3, distinct_id="mp fay"),
]


def segment(kind: str, number: int, **fields: Any) -> Row:
    times = {"timestamp": NOON, "receivedAt": NOON}
    return {"messageId": f"sg{number}", "type": kind} | times | fields


SEGMENT = [
    segment("track", 1, event="web_act", userId="both u1", anonymousId="both web"),
    # the text "null" is nobody
    segment("track", 2, event="nobodys_act", userId="null", anonymousId="sg web"),
    # a clock gone wrong cannot carry the run away
    segment("track", 3, event="act_of_2099", userId="sg gil", timestamp="2099-01-01T00:00:00Z"),
    segment("identify", 4, userId="sg gil", traits={"createdAt": "2026-01-05T00:00:00Z"}),
    # the group called last, before and after
    segment("group", 5, userId="sg gil", groupId="sg one", traits={}, timestamp="2026-03-01"),
    segment("group", 6, userId="sg gil", groupId="sg two", traits={}, timestamp="2026-03-09"),
    segment("track", 7, event="first_act", userId="sg gil", timestamp="2026-03-05"),
    segment("track", 8, event="second_act", userId="sg gil"),
    # a robot, by its browser
    segment("track", 9, event="bots_act", userId="sg x", context={"userAgent": "Any CrawlerBot"}),
]
FILES: dict[str, list[Row] | str] = {
    "posthog_traps/events.jsonl": POSTHOG,
    "amplitude_traps/events/1.jsonl": AMPLITUDE,
    "amplitude_traps/merged_ids/1.jsonl": MERGED_IDS,
    "mixpanel_traps/events.jsonl": MIXPANEL,
    "segment_traps/segment-logs/abc/1773100800000/1.jsonl": SEGMENT,
}
WHOSE = {  # by event: whose it is, and which account's
    "server_act": [("both u1", None)],
    "legacy_act": [("usr_1", None), ("usr_2", None)],
    "late_act": [("usr_3", None)],
    "$feature_flag_called": [("usr_1", None)],
    "watched": [("am eve", None)] * 3,
    "visited": [("mp fay", "mp co")],
    "bought": [("mp fay", "mp co")] * 2,
    "wandered": [("mp hal", None)],
    "web_act": [("both u1", None)],
    "nobodys_act": [(None, None)],
    "bots_act": [("sg x", None)],
    "first_act": [("sg gil", "sg one")],
    "second_act": [("sg gil", "sg two")],
}
