"""One small company's story, told as each vendor of product analytics would export it.

    files = told_by("posthog")          # {"posthog/events/day.jsonl": [{...}, ...], ...}

The same acts under ids with the vendor's own prefix, so that all vendors can be landed at once.
Written from the documented shapes of the exports; the docs of each staging folder name them.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]

MONTH = "2026-03-"


@dataclass(frozen=True)
class Act:
    """Somebody did something; without a user on a device that nobody had identified himself on."""

    at: str  # day and hour of the month: 02T10
    name: str
    user: str | None = None
    device: str | None = None
    account: str | None = None
    plan: str = "x"

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(f"{MONTH}{self.at}:00:00").replace(tzinfo=UTC)

    @property
    def number(self) -> int:
        return ACTS.index(self)


ACTS = (
    # one person: a visitor who signs up, comes back and forgets to log in
    Act("01T10", "page_view", device="laptop"),
    Act("02T10", "report_viewed", user="ann", device="laptop", account="acme"),
    Act("03T10", "page_view", device="laptop"),
    # a shared device: what was done on it before the first user stays nobody's
    Act("01T11", "page_view", device="tablet"),
    Act("02T11", "report_viewed", user="bob", device="tablet", account="acme"),
    Act("03T11", "page_view", device="tablet"),
    Act("04T11", "report_viewed", user="cat", device="tablet", account="bolt"),
    Act("05T11", "page_view", device="tablet"),
    # an id of old times that is the same person
    Act("02T12", "report_viewed", user="old_dan", device="phone", account="bolt"),
    Act("04T12", "report_viewed", user="dan", account="bolt"),
)
VISITS = {"laptop": "ann", "tablet": "bob"}  # who signed up first on which device
TRAITS = {
    "ann": [
        ("02T09", {"email": "ann@acme.example", "name": "Ann Ames", "seats": 1}),
        ("04T09", {"seats": 2}),
    ],
    "bob": [("02T09", {"email": "bob@acme.example", "name": "Bob Berg"})],
}
ACCOUNTS = {"acme": {"name": "Acme", "industry": "rockets"}, "bolt": {"name": "Bolt"}}
EXPECTED = [  # day and hour, name, user, device where nobody is known, account
    ("01T10", "page_view", "ann", None, None),
    ("02T10", "report_viewed", "ann", None, "acme"),
    ("03T10", "page_view", "ann", None, "acme"),
    ("01T11", "page_view", None, "tablet", None),
    ("02T11", "report_viewed", "bob", None, "acme"),
    ("03T11", "page_view", "bob", None, "acme"),
    ("04T11", "report_viewed", "cat", None, "bolt"),
    ("05T11", "page_view", "cat", None, "bolt"),
    ("02T12", "report_viewed", "dan", None, "bolt"),
    ("04T12", "report_viewed", "dan", None, "bolt"),
]


def told_by(vendor: str) -> dict[str, list[Row] | str]:
    """The files of one vendor, below its source folder, with copies and a damaged line."""
    return TELLERS[vendor](Ids(vendor))


@dataclass(frozen=True)
class Ids:
    """Ids of one vendor: `segment ann`."""

    vendor: str

    def of(self, name: str | None) -> str | None:
        return None if name is None else f"{self.vendor} {name}"

    def uuid(self, *parts: object) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, repr((self.vendor, *parts))))


def instant(at: str) -> datetime:
    return datetime.fromisoformat(f"{MONTH}{at}:00:00").replace(tzinfo=UTC)


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def damaged(rows: list[Row]) -> str:
    """The rows as lines: the second comes twice, one is cut off, one is blank."""
    lines = [json.dumps(row) for row in rows]
    return "\n".join([*lines[:2], lines[1], "", lines[0][:40], *lines[2:], ""])


def segment(ids: Ids, *, is_rudder: bool = False) -> dict[str, list[Row] | str]:
    def call(kind: str, at: str, **fields: Any) -> Row:
        moment = instant(at)
        late = timedelta(days=6 if at == "02T12" else 0, seconds=2)
        row = {
            "messageId": ids.uuid(kind, at, sorted(map(repr, fields.items()))),
            "type": kind,
            "timestamp": iso(moment),
            "originalTimestamp": iso(moment + timedelta(hours=3)),  # by a wrong clock
            "sentAt": iso(moment + timedelta(hours=3)),
            "receivedAt": iso(moment + late),
            "channel": "web",
            "context": {"library": {"name": "analytics.js"}},
            "integrations": {},
        } | fields
        if is_rudder:
            row["userId"] = row.get("userId") or ""
            row["anonymousId"] = row.get("anonymousId") or ""
            row["rudderId"] = "r1"
            if kind == "identify":
                row["context"] = row["context"] | {"traits": row.pop("traits")}
        return row

    rows = []
    for act in ACTS:
        who = {"userId": ids.of(act.user), "anonymousId": ids.of(act.device)}
        if act.name == "page_view":
            rows.append(call("page", act.at, name="Home", properties={"path": "/"}, **who))
        else:
            rows.append(call("track", act.at, event=act.name, properties={"plan": act.plan}, **who))
        if act.account and act.user in ("cat", "old_dan", "dan"):
            rows[-1]["context"] = rows[-1]["context"] | {"groupId": ids.of(act.account)}
    for user, told in TRAITS.items():
        device = next(device for device, owner in VISITS.items() if owner == user)
        for at, traits in told:
            who = {"userId": ids.of(user), "anonymousId": ids.of(device)}
            rows.append(call("identify", at, traits=traits, **who))
        account = ids.of("acme")
        rows.append(
            call(
                "group",
                "02T09",
                userId=ids.of(user),
                anonymousId=ids.of(device),
                groupId=account,
                traits=ACCOUNTS["acme"],
            )
        )
    cat = {"userId": ids.of("cat"), "groupId": ids.of("bolt")}
    rows.append(call("group", "04T12", traits=ACCOUNTS["bolt"], **cat))
    rows.append(
        call("alias", "04T10", previousId=ids.of("old_dan"), userId=ids.of("dan"), anonymousId=None)
    )
    folder = f"{ids.vendor}/{ids.vendor}-logs/source/1772323200000/1772323200000.part"
    return {f"{folder}0.gz": damaged(rows[:8]), f"{folder}1.gz": damaged(rows[8:])}


def rudderstack(ids: Ids) -> dict[str, list[Row] | str]:
    return segment(ids, is_rudder=True)


def posthog(ids: Ids) -> dict[str, list[Row] | str]:
    def event(at: str, name: str, distinct_id: str | None, **properties: Any) -> Row:
        moment = instant(at)
        return {
            "uuid": ids.uuid(at, name, distinct_id, repr(properties)),
            "event": name,
            "distinct_id": distinct_id,
            "person_id": ids.uuid("person as of then", distinct_id),
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
            "created_at": (moment + timedelta(seconds=2)).isoformat(),
            "_inserted_at": (moment + timedelta(days=1)).isoformat(),
            "properties": {"$lib": "web"} | properties,
            "person_properties": {"email": "somebody@acme.example"},
            "elements_chain": "",
        }

    rows = []
    for act in ACTS:
        properties: Row = {"plan": act.plan}
        if act.device:
            properties["$device_id"] = ids.of(act.device)
        if act.account:
            properties["$groups"] = {"workspace": ids.of(act.account)}
        name = "$pageview" if act.name == "page_view" else act.name
        rows.append(event(act.at, name, ids.of(act.user or act.device), **properties))
    for user, told in TRAITS.items():
        device = next(device for device, owner in VISITS.items() if owner == user)
        (at, traits), *later = told
        rows.append(
            event(
                at,
                "$identify",
                ids.of(user),
                **{"$anon_distinct_id": ids.of(device), "$set": traits},
                **{"$set_once": {"seats": 7} if user == "ann" else {"first_page": "/"}},
            )
        )
        rows += [event(at, "$set", ids.of(user), **{"$set": traits}) for at, traits in later]
    rows.append(event("04T10", "$create_alias", ids.of("dan"), alias=ids.of("old_dan")))
    for account, traits in ACCOUNTS.items():
        group = {"$group_type": "workspace", "$group_key": ids.of(account), "$group_set": traits}
        rows.append(event("02T09", "$groupidentify", f"$workspace_{account}", **group))
    persons = [
        # old_dan and dan are one person, of whom the later assignment tells
        person(ids, "old_dan", "dan the elder", 0, {}),
        person(ids, "old_dan", "dan", 1, {}),
        person(ids, "dan", "dan", 0, {"email": "dan@bolt.example"}),
        person(ids, "cat", "cat", 0, {"email": "cat@bolt.example"}),
    ]
    return {
        "posthog/events/2026/03/day.jsonl": damaged(rows[:8]),
        "posthog/events/2026/03/backfill.jsonl": damaged(rows[6:]),
        "posthog/persons/all.jsonl": persons,
    }


def person(ids: Ids, distinct_id: str, person_id: str, version: int, properties: Row) -> Row:
    return {
        "team_id": 1,
        "distinct_id": ids.of(distinct_id),
        "person_id": ids.uuid("person", person_id),
        "person_version": version,
        "person_distinct_id_version": version,
        "created_at": "2026-03-02T12:00:00+00:00",
        "_inserted_at": "2026-03-05T00:00:00+00:00",
        "properties": properties,
    }


def amplitude(ids: Ids) -> dict[str, list[Row] | str]:
    def text(moment: datetime) -> str:
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f")

    def event(act: Act, number: int, **fields: Any) -> Row:
        device = ids.of(act.device) or f"server of {act.user}"
        person_of = {"laptop": 1, "tablet": 2, "phone": 3}
        return {
            "uuid": ids.uuid(number, fields),
            "$insert_id": f"i{number}",
            "event_type": "[Amplitude] Page Viewed" if act.name == "page_view" else act.name,
            "event_time": text(act.instant),
            "server_upload_time": text(act.instant + timedelta(seconds=2)),
            "client_event_time": text(act.instant + timedelta(hours=1)),
            "user_id": ids.of(act.user),
            "device_id": device,
            "amplitude_id": 10_000_000_000 + person_of.get(act.device or "", 4),
            "event_id": 7,
            "session_id": -1 if act.user == "dan" else int(act.instant.timestamp() * 1000),
            "library": "amplitude-ts/1.0" if act.device else "amplitude-python/1.1",
            "event_properties": {"plan": act.plan},
            "user_properties": {},
            "groups": {"org": [ids.of(act.account)]} if act.account else {},
            "group_properties": {},
            "ip_address": "203.0.113.9",
        } | fields

    rows = []
    for act in ACTS:
        told = [traits for at, traits in TRAITS.get(act.user or "", []) if at <= act.at]
        fields: Row = {"user_properties": told[-1]} if told else {}
        if act.user == "ann":
            fields["group_properties"] = {"org": {ids.of("acme"): ACCOUNTS["acme"]}}
        if act.user == "cat":
            fields["group_properties"] = {"org": {ids.of("bolt"): ACCOUNTS["bolt"]}}
        rows.append(event(act, act.number, **fields))
    retried = rows[1] | {"uuid": ids.uuid("a retry of the SDK")}
    last = Act("04T09", "$identify", user="ann", device="laptop")
    traits = {"email": "ann@acme.example", "name": "Ann Ames", "seats": 2}
    rows.append(event(last, 99, user_properties=traits))
    # what Amplitude does not tell in an export, native links do
    links = [
        {
            "kind": "alias",
            "linked_at": "2026-03-04T10:00:00Z",
            "from_id": ids.of("old_dan"),
            "user_id": ids.of("dan"),
        }
    ]
    return {
        "amplitude/export.zip!1/1_2026-03-01_0#1.json.gz": damaged(rows[:6]),
        "amplitude/export.zip!1/1_2026-03-01_0#2.json.gz": damaged([*rows[6:], retried]),
        "native/identity_links/amplitude.jsonl": links,
    }


def mixpanel(ids: Ids) -> dict[str, list[Row] | str]:
    def event(at: str, name: str, **properties: Any) -> Row:
        seconds = int(instant(at).timestamp())
        given = {key: value for key, value in properties.items() if value is not None}
        times = {"time": seconds, "mp_processing_time_ms": seconds * 1000 + 2000}
        return {"event": name, "properties": times | {"$insert_id": "reused"} | given}

    rows = []
    for act in ACTS:
        device = ids.of(act.device)
        rows.append(
            event(
                act.at,
                "$mp_web_page_view" if act.name == "page_view" else act.name,
                **{"$device_id": device, "$user_id": ids.of(act.user)},
                distinct_id=ids.of(act.user) or f"$device:{device}",
                workspace=[ids.of(act.account)] if act.account else None,
                plan=act.plan,
            )
        )
    both = [ids.of("old_dan"), ids.of("dan")]
    rows.append(event("04T10", "$merge", **{"$distinct_ids": both}, distinct_id=both[0]))
    people = [
        {
            "$distinct_id": ids.of(user),
            "$properties": {
                f"${key}" if key in ("email", "name") else key: value
                for _, traits in told
                for key, value in traits.items()
            }
            | {"$last_seen": iso(instant(told[-1][0]))},
        }
        for user, told in TRAITS.items()
    ]
    people.append({"$distinct_id": ids.of("dan"), "$properties": {"$email": "dan@bolt.example"}})
    people += [
        {
            "$group_key": "workspace",
            "$group_id": ids.of(account),
            "$properties": {f"${k}" if k == "name" else k: v for k, v in traits.items()},
        }
        for account, traits in ACCOUNTS.items()
    ]
    return {"mixpanel/export/2026-03.jsonl": damaged(rows), "mixpanel/people/all.jsonl": people}


TELLERS: dict[str, Callable[[Ids], dict[str, list[Row] | str]]] = {
    "segment": segment,
    "rudderstack": rudderstack,
    "posthog": posthog,
    "amplitude": amplitude,
    "mixpanel": mixpanel,
}
