"""When did it happen, who was it, does it count? The mistakes that warehouses make, by name.

One small company in Berlin, seen on 15 April 2026. Every test is about people and events of its
own, so that all of them share one build.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.project_copy import ProjectCopy

Row = dict[str, Any]
BERLIN = ZoneInfo("Europe/Berlin")
AS_OF = "2026-04-15"

# id, event, when (Berlin), and what else is known: user, device, account, received, session, agent
EVENTS: list[tuple[str, str, str, Row]] = [
    # clocks and delivery
    ("clock-ahead", "use", "2030-01-01 12:00", {"user": "tim", "received": "2026-03-01 12:00"}),
    ("too-late", "use", "2026-03-02 12:00", {"user": "tim", "received": "2026-04-20 12:00"}),
    ("late", "use", "2026-02-03 12:00", {"user": "tim", "received": "2026-04-10 12:00"}),
    ("in-time", "use", "2026-02-03 13:00", {"user": "tim", "received": "2026-02-03 13:01"}),
    ("at-the-end", "use", "2026-04-15 02:00", {"user": "tim"}),
    ("resent", "use", "2026-02-04 23:59", {"user": "tim", "received": "2026-02-05 00:09"}),
    ("resent", "use", "2026-02-05 00:01", {"user": "tim", "received": "2026-02-05 00:05"}),
    ("resent", "use", "2026-02-06 00:01", {"user": "tim", "received": "2026-02-06 00:01"}),
    # devices
    ("before-login", "visit", "2026-01-05 10:00", {"device": "phone"}),
    ("login", "visit", "2026-01-06 10:00", {"device": "phone", "user": "ida"}),
    ("linked-later", "visit", "2026-01-05 10:00", {"device": "tablet"}),
    ("kiosk-nobody", "visit", "2026-01-05 10:00", {"device": "kiosk"}),
    ("kiosk-ann", "visit", "2026-01-06 10:00", {"device": "kiosk", "user": "ann"}),
    ("kiosk-after-ann", "visit", "2026-01-07 10:00", {"device": "kiosk"}),
    ("kiosk-bob", "visit", "2026-01-08 10:00", {"device": "kiosk", "user": "bob"}),
    ("kiosk-after-bob", "visit", "2026-01-09 10:00", {"device": "kiosk"}),
    ("null-ann", "visit", "2026-01-10 10:00", {"device": "null", "user": "ann"}),
    ("null-bob", "visit", "2026-01-10 11:00", {"device": "null", "user": "bob"}),
    ("null-nobody", "visit", "2026-01-10 12:00", {"device": "Null"}),
    ("null-nobody-else", "visit", "2026-01-10 12:01", {"device": "null", "account": "acme"}),
    *(
        (f"hub-{n}", "visit", f"2026-01-{11 + n} 10:00", {"device": f"hub {n}", "user": "hub"})
        for n in range(11)
    ),
    ("hub-nobody", "visit", "2026-01-25 10:00", {"device": "hub 3"}),
    # sessions
    ("s1", "look", "2026-01-05 23:40", {"user": "sue"}),
    ("s2", "look", "2026-01-06 00:10", {"user": "sue"}),
    ("s3", "look", "2026-01-06 00:41", {"user": "sue"}),
    ("s4", "look", "2026-01-06 00:42", {"user": "sue", "session": "own"}),
    ("s5", "look", "2026-01-06 09:00", {"user": "sue", "session": "own"}),
    # activation
    ("too-early", "done", "2026-03-28 11:59", {"user": "eve"}),
    ("after-a-day", "done", "2026-03-29 13:00", {"user": "dan"}),
    ("after-more", "done", "2026-03-29 13:01", {"user": "gus"}),
    ("last-of-two-days", "done", "2026-03-29 23:59", {"user": "kim"}),
    ("third-day", "done", "2026-03-30 00:00", {"user": "lea"}),
    # ours
    ("staff-1", "use", "2026-02-10 10:00", {"user": "staff"}),
    ("staff-2", "use", "2026-02-10 11:00", {"user": "staff"}),
    ("sandbox-1", "use", "2026-02-10 10:00", {"user": "tester", "account": "sandbox"}),
    ("guest-in-sandbox", "use", "2026-02-10 10:00", {"user": "gil", "account": "sandbox"}),
    ("mailed-1", "use", "2026-02-10 10:00", {"user": "boss"}),
    ("robot", "use", "2026-02-10 10:00", {"device": "crawl", "agent": "Mozilla GoogleBot/2"}),
    # what new users did: those who paid in the end, did they try the editor early?
    *((f"edit-{user}", "edit", "2026-01-02 10:00", {"user": user}) for user in ("p1", "p2", "p5")),
    ("edit-late", "edit", "2026-01-09 10:00", {"user": "p3"}),
    # a feature of the pro plan
    ("gate-1", "report", "2026-02-20 10:00", {"user": "p1"}),
    ("gate-2", "report", "2026-02-21 10:00", {"user": "p1"}),
]
SIGNED_UP = {
    **dict.fromkeys(("dan", "eve", "gus", "kim", "lea"), "2026-03-28 12:00"),
    **dict.fromkeys(("p1", "p2", "p3", "p4", "p5"), "2026-01-01 10:00"),
    "p6": "2026-03-20 10:00",
}
PAID = {"p1": "2026-01-20", "p3": "2026-01-15", "p5": "2026-01-03", "p6": "2026-03-25"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    copy = ProjectCopy(tmp_path_factory.mktemp("time") / "project")
    copy.land("events", [_event(*event) for event in EVENTS])
    copy.land("users", [*_users(), *_our_own()])
    copy.land(
        "accounts",
        [{"account_id": f"of {user}", "created_at": _utc(SIGNED_UP["p1"])} for user in PAID],
    )
    copy.land(
        "subscription_versions",
        [
            {
                "subscription_id": user,
                "account_id": f"of {user}",
                "plan": "pro",
                "currency": "USD",
                "amount_minor": 1000,
                "billing_interval": "month",
                "started_at": f"{day} 10:00",
                "ended_at": "2026-03-01 10:00" if user == "p3" else None,
            }
            for user, day in PAID.items()
        ],
    )
    copy.land(
        "identity_links",
        [
            _link("identify", "2026-04-01 10:00", "tablet", "ida"),
            _link("alias", "2026-04-01 10:00", "old ida", "ida"),
        ],
    )
    heading = "lifecycle,grain,period,alternative,event_name,property,property_scope,operator,value"
    (copy.folder / "seeds" / "definitions" / "lifecycles.csv").write_text(heading + "\n")
    copy.define(
        lifecycles=[
            {
                "lifecycle": "use",
                "grain": "user",
                "period": "day",
                "alternative": 1,
                "event_name": "use",
            }
        ],
        placeholder_ids=[{"placeholder_id": "null"}],
        exclusions=[
            {"kind": "email_domain", "value": "ours.example", "reason": "staff"},
            {"kind": "account_id", "value": "sandbox", "reason": "tests"},
            {"kind": "email", "value": "Boss@acme.example", "reason": "investor"},
            {"kind": "user_agent", "value": "googlebot", "reason": "robot"},
            {"kind": "user_id", "value": "nobody", "reason": "left long ago"},
        ],
        event_catalog=[
            _catalogued("edit", feature="editor"),
            _catalogued("report", feature="reports"),
        ],
        features=[{"feature": "editor"}, {"feature": "reports", "minimum_plan": "pro"}],
        plans=[
            {"plan": "free", "tier": 0, "is_paid": "false"},
            {"plan": "pro", "tier": 1, "is_paid": "true"},
        ],
        currencies=[{"currency": "USD", "exponent": 2}],
        activations=[
            {"activation": "a day", "grain": "user", "require": "all", "within_days": 1},
            {
                "activation": "two days",
                "grain": "user",
                "require": "all",
                "within_days": 2,
                "days_are": "calendar",
            },
        ],
        activation_milestones=[
            {"activation": name, "milestone": "m", "alternative": 1, "event_name": "done"}
            for name in ("a day", "two days")
        ],
    )
    copy.build(
        "+marts.core +marts.activation +marts.adoption +marts.meta.excluded"
        " +stickiness_by_frequency",
        tested=False,
        as_of=AS_OF,
        reporting_time_zone=BERLIN.key,
        aha_times="1",
        aha_within_days="3",
        aha_retained_within_days=7,
        aha_converted_within_days=30,
        aha_minimum_users=1,
    )
    return copy


# --- pitfalls 6, 7 and 8: copies, late events, wrong clocks --------------------------------------


def test_an_event_counts_once_it_has_happened_and_was_received(copy: ProjectCopy) -> None:
    """The end of the data is an instant of the morning in Berlin, and exclusive."""
    assert _ids(copy, "user_id = 'tim'") == {"late", "in-time", "resent"}


def test_of_copies_the_one_received_first_counts_even_after_midnight(copy: ProjectCopy) -> None:
    assert copy.rows("select occurred_at from core.events where event_id = 'resent'") == [
        {"occurred_at": _utc("2026-02-05 00:01")}
    ]


def test_a_replay_of_an_earlier_day_sees_what_was_known_then(copy: ProjectCopy) -> None:
    copy.replay("events", "2026-03-15")
    try:
        assert _ids(copy, "user_id = 'tim'") == {"in-time", "resent"}
        assert _owners(copy, "linked-later") == {"linked-later": None}
    finally:
        copy.replay("events", AS_OF)
    assert _owners(copy, "linked-later") == {"linked-later": "ida"}


def test_a_definition_may_leave_out_the_columns_it_does_not_need(copy: ProjectCopy) -> None:
    """Tim used it on two days: neither copies nor what is not known yet make a third."""
    assert copy.rows("select active_periods, actors from retention.stickiness_by_frequency") == [
        {"active_periods": 2, "actors": 1}
    ]


# --- pitfalls 9 and 10: who was it? ---------------------------------------------------------------


def test_the_only_user_of_a_device_owns_what_came_before(copy: ProjectCopy) -> None:
    assert _owners(copy, "before-login", "login") == {"before-login": "ida", "login": "ida"}


def test_a_shared_device_is_split_by_time(copy: ProjectCopy) -> None:
    assert _owners(copy, "kiosk-nobody", "kiosk-after-ann", "kiosk-after-bob") == {
        "kiosk-nobody": None,
        "kiosk-after-ann": "ann",
        "kiosk-after-bob": "bob",
    }


def test_placeholders_join_nobody_and_are_reported(copy: ProjectCopy) -> None:
    assert _owners(copy, "null-ann", "null-bob", "null-nobody", "null-nobody-else") == {
        "null-ann": "ann",
        "null-bob": "bob",
        "null-nobody": None,
        "null-nobody-else": None,
    }
    assert copy.rows(
        "select sum(occurrences) as events from core.identities_refused where rule = 'placeholder'"
    ) == [{"events": 4}]


def test_nobody_has_no_session(copy: ProjectCopy) -> None:
    assert copy.rows("select count(*) as events from core.events where person_id is null") == [
        {"events": 2}
    ]
    assert copy.rows("select count(*) as sessions from core.sessions where person_id is null") == [
        {"sessions": 0}
    ]


def test_a_user_on_too_many_devices_owns_none_of_them(copy: ProjectCopy) -> None:
    assert _owners(copy, "hub-3", "hub-nobody") == {"hub-3": "hub", "hub-nobody": None}
    assert copy.rows(
        "select id, occurrences from core.identities_refused where rule='cluster'"
    ) == [{"id": "hub", "occurrences": 11}]


def test_every_identity_names_its_rule(copy: ProjectCopy) -> None:
    rows = copy.rows("select anonymous_id, user_id, rule from core.identities order by all")
    assert [tuple(row.values()) for row in rows] == [
        ("kiosk", "ann", "shared_device"),
        ("kiosk", "bob", "shared_device"),
        ("old ida", "ida", "alias"),
        ("phone", "ida", "only_user"),
        ("tablet", "ida", "only_user"),
    ]


# --- sessions -------------------------------------------------------------------------------------


def test_thirty_minutes_are_no_break_and_midnight_is_none(copy: ProjectCopy) -> None:
    rows = copy.rows(
        "select started_at, events from core.sessions where user_id = 'sue' order by started_at"
    )
    assert [tuple(row.values()) for row in rows] == [
        (_utc("2026-01-05 23:40"), 2),
        (_utc("2026-01-06 00:41"), 1),
        (_utc("2026-01-06 00:42"), 2),
    ]


# --- pitfall 12 and the anchor: windows of activation over a day of 23 hours ----------------------


def test_activation_counts_from_sign_up_to_the_edge_included(copy: ProjectCopy) -> None:
    """An hour is lost on 29 March: 24 hours after noon it is one o'clock."""
    assert _activated(copy, "a day") == {"dan"}


def test_calendar_days_end_at_local_midnight(copy: ProjectCopy) -> None:
    assert _activated(copy, "two days") == {"dan", "gus", "kim"}


# --- pitfall 23: our own activity -----------------------------------------------------------------


def test_what_is_excluded_is_counted(copy: ProjectCopy) -> None:
    hidden = hashlib.md5(b"boss@acme.example").hexdigest()
    rows = copy.rows("select kind, value, users, accounts, events from meta.excluded order by 1")
    assert [tuple(row.values()) for row in rows] == [
        ("account_id", "sandbox", 1, 1, 2),
        ("email", hidden, 1, 0, 1),
        ("email_domain", "ours.example", 1, 0, 2),
        ("user_agent", "googlebot", 0, 0, 1),
        ("user_id", "nobody", 0, 0, 0),
    ]


def test_who_is_excluded_is_in_core_alone(copy: ProjectCopy) -> None:
    internal = copy.rows("select user_id from core.users where is_internal order by 1")
    assert [row["user_id"] for row in internal] == ["boss", "staff", "tester"]
    assert copy.rows("""
        select count(*) as events from intermediate.int_events_counted
        where event_id in ('staff-1', 'sandbox-1', 'guest-in-sandbox', 'mailed-1', 'robot')
    """) == [{"events": 0}]
    assert copy.rows("""
        select count(*) as users from activation.activation_by_user
        where user_id in ('boss', 'staff', 'tester')
    """) == [{"users": 0}]


# --- pitfall 19: exposure before the outcome ------------------------------------------------------


def test_candidates_are_asked_for_conversion_after_the_exposure(copy: ProjectCopy) -> None:
    """p5 paid while events were still counted, p6 signed up too late to tell: both are left out.

    Seven users of other tests neither tried the editor nor paid.
    """
    assert copy.rows("""
        select users, exposed, exposed_positive, unexposed_positive, precision, recall, lift, phi
        from activation.activation_by_candidate
        where outcome = 'converted' and event_name = 'edit' and times = 1
    """) == [
        {
            "users": 4 + 7,
            "exposed": 2,
            "exposed_positive": 1,
            "unexposed_positive": 1,
            "precision": 0.5,
            "recall": 0.5,
            "lift": 0.5 / (2 / 11),
            "phi": pytest.approx((1 * 8 - 1 * 1) / (2 * 9 * 2 * 9) ** 0.5),
        }
    ]


# --- adoption -------------------------------------------------------------------------------------


def test_only_users_of_the_plan_are_eligible_for_its_features(copy: ProjectCopy) -> None:
    """Of p1, p3 and p5 on pro at the end of January, p3 has left it by the end of March."""
    rows = copy.rows("""
        select month, eligible_users, active_users, adoption_rate, uses, second_use_rate
        from adoption.adoption_by_feature where feature = 'reports' order by month
    """)
    assert [tuple(row.values())[1:] for row in rows] == [
        (3, 0, 0.0, 0, None),
        (3, 1, 1 / 3, 2, 1.0),
        (3, 0, 0.0, 0, None),
        (3, 0, None, 0, None),
    ]


def _ids(copy: ProjectCopy, condition: str) -> set[str]:
    rows = copy.rows(f"select event_id from core.events where {condition}")
    assert len(rows) == len({row["event_id"] for row in rows})
    return {row["event_id"] for row in rows}


def _owners(copy: ProjectCopy, *event_ids: str) -> dict[str, str | None]:
    rows = copy.rows(
        f"select event_id, user_id from core.events where event_id in {(*event_ids, '')}"
    )
    return {row["event_id"]: row["user_id"] for row in rows}


def _activated(copy: ProjectCopy, activation: str) -> set[str]:
    rows = copy.rows(f"""
        select user_id from activation.activation_by_user
        where activation = '{activation}' and is_activated
    """)
    return {row["user_id"] for row in rows}


def _event(event_id: str, name: str, at: str, known: Row) -> Row:
    return {
        "event_id": event_id,
        "event_name": name,
        "occurred_at": _utc(at),
        "received_at": _utc(known["received"]) if "received" in known else None,
        "user_id": known.get("user"),
        "anonymous_id": known.get("device"),
        "account_id": known.get("account"),
        "session_id": known.get("session"),
        "properties": {"user_agent": known["agent"]} if "agent" in known else {},
    }


def _users() -> list[Row]:
    return [
        {
            "user_id": user,
            "created_at": _utc(at),
            "account_id": f"of {user}" if user in PAID else None,
        }
        for user, at in SIGNED_UP.items()
    ]


def _our_own() -> list[Row]:
    people = [
        ("staff", "staff@mail.ours.example", None),
        ("boss", "boss@acme.example", None),
        ("tester", None, "sandbox"),
    ]
    return [
        {"user_id": user, "created_at": "2026-01-01", "email": email, "account_id": account}
        for user, email, account in people
    ]


def _link(kind: str, at: str, from_id: str, user_id: str) -> Row:
    return {"kind": kind, "linked_at": _utc(at), "from_id": from_id, "user_id": user_id}


def _catalogued(event: str, feature: str) -> Row:
    return {
        "event_name": event,
        "feature": feature,
        "is_active_use": "true",
        "is_core_action": "false",
        "is_intent": "false",
    }


def _utc(berlin: str) -> datetime:
    local = datetime.fromisoformat(berlin).replace(tzinfo=BERLIN)
    return local.astimezone(UTC).replace(tzinfo=None)
