"""flywheel's own format: the streams of the landing contract."""

from __future__ import annotations

from flows.landing.streams import (
    AMOUNT,
    DAY,
    FLAG,
    INSTANT,
    JSON_OBJECT,
    MONTH,
    NUMBER,
    WHOLE,
    Check,
    Column,
    Format,
    Mentions,
    Stream,
)

EVENTS = Stream(
    "events",
    key=("event_id",),
    columns=(
        Column("event_id", required=True, is_random=True),
        Column("event_name", required=True),
        Column("occurred_at", INSTANT, required=True),
        Column("user_id"),
        Column("anonymous_id", is_random=True),
        Column("account_id"),
        Column("session_id", is_random=True),
        Column("received_at", INSTANT),
        Column("properties", JSON_OBJECT),
    ),
    checks=(
        Check(
            that="user_id is not null or anonymous_id is not null",
            otherwise="user_id and anonymous_id are both missing; one of them must be given",
        ),
    ),
    mentions=Mentions("user_id", "anonymous_id", account="account_id", at="occurred_at"),
)

USERS = Stream(
    "users",
    key=("user_id", "created_at", "updated_at"),
    columns=(
        Column("user_id", required=True),
        Column("created_at", INSTANT, required=True),
        Column("account_id"),
        Column("email"),
        Column("name"),
        Column("role"),
        Column("acquisition_channel"),
        Column("invited_by_user_id"),
        Column("properties", JSON_OBJECT),
        Column("updated_at", INSTANT),
    ),
    mentions=Mentions(
        "user_id", cleared=(("invited_by_user_id", "user"), ("account_id", "account"))
    ),
)

ACCOUNTS = Stream(
    "accounts",
    key=("account_id", "created_at", "updated_at"),
    columns=(
        Column("account_id", required=True),
        Column("created_at", INSTANT, required=True),
        Column("name"),
        Column("parent_account_id"),
        Column("industry"),
        Column("employee_count", WHOLE),
        Column("country"),
        Column("properties", JSON_OBJECT),
        Column("updated_at", INSTANT),
    ),
    mentions=Mentions(account="account_id", cleared=(("parent_account_id", "account"),)),
)

ACCOUNT_MEMBERSHIPS = Stream(
    "account_memberships",
    key=("user_id", "account_id", "joined_at"),
    columns=(
        Column("user_id", required=True),
        Column("account_id", required=True),
        Column("joined_at", INSTANT, required=True),
        Column("left_at", INSTANT),
        Column("role"),
    ),
    mentions=Mentions("user_id", account="account_id"),
)

INVITATIONS = Stream(
    "invitations",
    key=("invitation_id",),
    columns=(
        Column("invitation_id", required=True),
        Column("inviter_user_id", required=True),
        Column("sent_at", INSTANT, required=True),
        Column("account_id"),
        Column("channel"),
        Column("invitee_key"),
        Column("accepted_at", INSTANT),
        Column("accepted_user_id"),
    ),
    mentions=Mentions(
        "inviter_user_id", account="account_id", cleared=(("accepted_user_id", "user"),)
    ),
)

IDENTITY_LINKS = Stream(
    "identity_links",
    key=("kind", "linked_at", "from_id", "user_id"),
    columns=(
        Column("kind", required=True, one_of=("identify", "alias")),
        Column("linked_at", INSTANT, required=True),
        Column("from_id", required=True),
        Column("user_id", required=True),
    ),
    mentions=Mentions(
        "user_id",
        device="case when kind = 'identify' then from_id end",
        alias="case when kind = 'alias' then from_id end",
        at="linked_at",
    ),
)

SUBSCRIPTION_VERSIONS = Stream(
    "subscription_versions",
    key=("subscription_id", "item_id", "started_at"),
    columns=(
        Column("subscription_id", required=True),
        Column("account_id", required=True),
        Column("plan", required=True),
        Column("currency", required=True),
        Column("amount_minor", AMOUNT, required=True),
        Column(
            "billing_interval",
            required=True,
            one_of=("day", "week", "month", "quarter", "year", "one_time", "none"),
        ),
        Column("started_at", INSTANT, required=True),
        Column("interval_count", WHOLE),
        Column("quantity", NUMBER),
        Column("ended_at", INSTANT),
        Column(
            "status",
            one_of=(
                "trialing",
                "active",
                "past_due",
                "unpaid",
                "paused",
                "incomplete",
                "incomplete_expired",
                "canceled",
            ),
        ),
        Column("item_id"),
        Column("trial_end", INSTANT),
        Column("canceled_at", INSTANT),
        Column("past_due_since", INSTANT),
        Column("metered", FLAG),
        Column("discount_percent", NUMBER),
        Column("discount_amount_minor", AMOUNT),
        Column("discount_duration", one_of=("forever", "repeating", "once")),
        Column("discount_ends_at", INSTANT),
        Column("recorded_at", INSTANT),
    ),
    mentions=Mentions(account="account_id"),
)

EXCHANGE_RATES = Stream(
    "exchange_rates",
    key=("month", "currency"),
    columns=(
        Column("month", MONTH, required=True),
        Column("currency", required=True),
        Column("rate", AMOUNT, required=True),
    ),
)

MARKETING_SPEND = Stream(
    "marketing_spend",
    columns=(
        Column("spent_on", DAY, required=True),
        Column("channel", required=True),
        Column("currency", required=True),
        Column("amount_minor", AMOUNT, required=True),
        Column("campaign"),
    ),
)

SURVEY_RESPONSES = Stream(
    "survey_responses",
    key=("response_id", "updated_at"),
    columns=(
        Column("response_id", required=True),
        Column("survey", required=True),
        Column("survey_type", required=True, one_of=("nps", "csat", "ces")),
        Column("responded_at", INSTANT, required=True),
        Column("user_id"),
        Column("account_id"),
        Column("score", NUMBER),
        Column("comment"),
        Column("updated_at", INSTANT),
    ),
    mentions=Mentions("user_id", account="account_id"),
)

EXPERIMENT_EXPOSURES = Stream(
    "experiment_exposures",
    key=("experiment", "unit_type", "unit_id", "variant", "exposed_at"),
    columns=(
        Column("experiment", required=True),
        Column("unit_type", required=True, one_of=("user", "account")),
        Column("unit_id", required=True),
        Column("variant", required=True),
        Column("exposed_at", INSTANT, required=True),
    ),
    mentions=Mentions(
        "case when unit_type = 'user' then unit_id end",
        account="case when unit_type = 'account' then unit_id end",
    ),
)

ERASURE_REQUESTS = Stream(
    "erasure_requests",
    key=("subject_type", "subject_id", "requested_at"),
    columns=(
        Column("subject_type", required=True, one_of=("user", "account")),
        Column("subject_id", required=True),
        Column("requested_at", INSTANT, required=True),
    ),
)

FORMAT = Format(
    "native",
    streams=(
        EVENTS,
        USERS,
        ACCOUNTS,
        ACCOUNT_MEMBERSHIPS,
        INVITATIONS,
        IDENTITY_LINKS,
        SUBSCRIPTION_VERSIONS,
        EXCHANGE_RATES,
        MARKETING_SPEND,
        SURVEY_RESPONSES,
        EXPERIMENT_EXPOSURES,
        ERASURE_REQUESTS,
    ),
)
