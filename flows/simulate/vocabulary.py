"""The words of the demo company: events and what they carry, plans and prices, names."""

from __future__ import annotations

import json
from itertools import product

import numpy as np

# Names of the company itself, which the exclusion rules leave out.
HOUSE_ACCOUNTS = ("a_loomboard", "a_demo")
HOUSE_USERS = ("u_staff_1", "u_staff_2", "u_staff_3", "u_staff_4", "u_tester", "u_demo")
HOUSE_DEVICES = ("d_uptime",)
BOT_AGENT = "UptimeWatch/2.1 (+https://uptime.example/bot)"

AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/149.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_5) Safari/19.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile Safari/19.0",
)

CHANNELS = ("organic", "paid_search", "social", "content", "partner", "referral", "invitation")
CHANNEL_SHARES = (0.36, 0.24, 0.15, 0.17, 0.08)
CHANNEL_ACTIVATION = (1.05, 0.85, 0.8, 1.1, 1.2, 1.3)
REFERRAL, INVITATION = 5, 6

INDUSTRIES = (
    "software",
    "finance",
    "media",
    "retail",
    "health",
    "education",
    "logistics",
    "crafts",
)
COUNTRIES = ("US", "DE", "GB", "FR", "NL", "CA", "ES", "AU", "SE", "IN")
COUNTRY_SHARES = (0.34, 0.14, 0.12, 0.09, 0.06, 0.07, 0.05, 0.05, 0.04, 0.04)
EURO_COUNTRIES = ("DE", "FR", "NL", "ES")
CURRENCIES = ("USD", "EUR")
ROLES = ("owner", "admin", "member", "viewer", "guest")
ROLE_SHARES = (0.0, 0.15, 0.6, 0.19, 0.06)
INVITATION_CHANNELS = ("email", "link", "shared_report")
EXPERIMENT = "set_up_checklist"
VARIANTS = ("control", "checklist")

PLANS = ("free", "trial", "starter", "team", "enterprise")
FREE, TRIAL, STARTER, TEAM, ENTERPRISE = range(5)
GONE = -1
USAGE_LIMITS = np.array([10, 200, 40, 200, 10**9])
INTERVALS = ("none", "month", "quarter", "year", "one_time")
NO_INTERVAL, MONTH, QUARTER, YEAR, ONE_TIME = range(5)
STATUSES = ("active", "trialing", "past_due", "paused")
ACTIVE, TRIALING, PAST_DUE, PAUSED = range(4)
DISCOUNTS = ("", "repeating", "forever", "once")

# Minor units for a seat: [currency][plan][interval]. The yearly prices do not divide by twelve.
NOTHING = [0] * len(INTERVALS)
US_DOLLARS = [
    NOTHING,
    NOTHING,
    [0, 1500, 4300, 14900, 0],
    [0, 2900, 8500, 29900, 0],
    [0, 4500, 13400, 45500, 0],
]
EUROS = [
    NOTHING,
    NOTHING,
    [0, 1400, 4100, 13900, 0],
    [0, 2700, 7900, 27900, 0],
    [0, 4200, 12500, 42500, 0],
]
PRICES = np.array([US_DOLLARS, EUROS])

SPEND_CHANNELS = (
    ("paid_search", "brand", "USD", 0.25),
    ("paid_search", "category", "USD", 0.35),
    ("social", "stories", "EUR", 0.25),
    ("partner", "marketplace", "USD", 0.15),
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Ada Bela Carla Dario Elif Femi Greta Hana Ivo Jun Kaya Lena Mira Nils Olga Priya Quinn Rosa "
    "Sami Tove Uma Vera Wim Xenia Yara Zoe"
)
LAST_NAMES = _words(
    "Abel Berg Costa Dunn Ekman Fischer Grau Hale Ito Jansen Keller Lind Moreau Novak Okoye Park "
    "Quist Rossi Silva Tanaka Umar Vogel Weiss Xu Yilmaz Zeman"
)
COMPANY_FIRST = _words(
    "Amber Birch Cedar Delta Ember Fjord Granite Harbour Indigo Juniper Kestrel Lantern Meadow "
    "Nimbus Orchard Pebble Quarry River Summit Tundra"
)
COMPANY_SECOND = _words(
    "Analytics Bakery Clinic Design Energy Foods Games Health Insurance Journal Kitchen Labs Media "
    "Networks Optics Partners Robotics Studio Travel Works"
)


def _pages() -> list[str]:
    """Visits: what was opened, from which campaign, with what. Equal weights, so repeats weigh."""
    paths = ("/", "/", "/features", "/customers", "/blog/first-report", "/templates")
    sources = ("", "", "search", "social", "partner")
    rows = []
    for number, (path, source, agent) in enumerate(product(paths, sources, AGENTS)):
        page = {"path": path, "user_agent": agent, "ip": f"198.51.100.{number % 250 + 1}"}
        rows.append(json.dumps(page | ({"utm_source": source} if source else {})))
    return rows


def _each(key: str, *values: object, **others: object) -> list[str]:
    return [json.dumps({key: value} | others) for value in values]


# What an event can carry; a variant is drawn evenly, so a value written twice weighs double.
EVENTS: dict[str, list[str]] = {
    "page_viewed": [*_pages(), json.dumps({"path": "/", "user_agent": BOT_AGENT})],
    "pricing_viewed": [
        json.dumps({"reason": "pricing", "path": "/pricing", "user_agent": agent})
        for agent in AGENTS
    ],
    "signed_up": _each("method", "email", "email", "google", "microsoft"),
    "setup_skipped": ["{}"],
    "session_started": _each("user_agent", *AGENTS),
    "project_created": _each("template", "blank", "sales", "product"),
    "data_source_connected": _each("source_type", "sample", "postgres", "sheet", "warehouse"),
    "report_created": _each("kind", "table", "chart", "chart", "funnel"),
    "report_viewed": _each("kind", "table", "chart", "chart", "funnel"),
    "report_shared": _each("audience", "team", "team", "team", "client", "public"),
    "dashboard_created": _each("visibility", "team", "public", "private"),
    "comment_added": _each("has_mention", True, False),
    "teammate_invited": _each("via", "email", "link"),
    "export_downloaded": _each("format", "csv", "xlsx", "pdf"),
    "alert_created": _each("condition", "above", "below"),
    "api_called": _each("endpoint", "/v1/reports", "/v1/export"),
    "usage_limit_reached": [
        json.dumps({"reason": "reports", "limit": limit}) for limit in (10, 40, 200)
    ],
    "gated_feature_clicked": [
        json.dumps({"reason": feature, "feature": feature})
        for feature in ("exports", "alerts", "api")
    ],
    "sales_contacted": _each("reason", "size", "security", "price"),
    "checkout_started": [json.dumps({"plan": plan}) for plan in ("starter", "starter", "team")],
    "subscription_started": [
        json.dumps({"plan": plan, "reason": reason})
        for reason in ("first_payment", "change")
        for plan in ("starter", "team", "enterprise")
    ],
}

EVENT_NAMES = tuple(EVENTS)
PROPERTIES = tuple(text for variants in EVENTS.values() for text in variants)
VARIANT_COUNT = np.array([len(variants) for variants in EVENTS.values()])
FIRST_VARIANT = np.concatenate([[0], np.cumsum(VARIANT_COUNT)[:-1]])
BOT_PAGE = int(VARIANT_COUNT[0] - 1)
VARIANT_COUNT[0] -= 1  # the bot's page is never drawn


def code(event_name: str) -> int:
    return EVENT_NAMES.index(event_name)


def variant(event_name: str, number: int) -> int:
    """Where the number-th property set of an event stands in PROPERTIES."""
    return int(FIRST_VARIANT[code(event_name)]) + number
