"""What a closed period said before, what it says now, and why: on marts of the test's own.

The last test asks the same of real models, from landed lines to the published file.
"""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from flows import history
from flows.display import Display
from flows.landing.ledger import write_load
from flows.landing.load import Load
from flows.landing.tables import create_tables
from flows.problems import NotPublished
from flows.project import read_project
from flows.publish import publish
from flows.restatements.logic import NOT_FOLLOWED, lineage
from flows.settings import read_settings
from flows.stages import run_all, session
from flows.warehouse import opened

PROJECT = Path(__file__).resolve().parents[2]
MONTHS = {"2026-01-01": 100, "2026-02-01": 200, "2026-03-01": 300}
OTHER_NUMBERS = (
    "new_mrr",
    "expansion_mrr",
    "reactivation_mrr",
    "contraction_mrr",
    "churned_mrr",
    "fx_mrr",
    "nrr_month",
    "grr_month",
    "nde_month",
    "nrr_12m_cohort",
    "grr_12m_cohort",
    "nrr_12m_compounded",
    "grr_12m_compounded",
)


class Company:
    """A project without models and a working file with marts that say what they are told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.definitions = folder / "seeds" / "definitions"
        self.settings = read_settings(project=folder, warehouse=folder / "warehouse")
        self.settings.warehouse.mkdir()
        self.as_of = "2026-04-02"
        self.files = 0
        self.runs = 0
        self.marts: dict[str, str] = {}
        with opened(self.settings.build_file) as build:
            create_tables(build)
            build.execute("create schema intermediate; create schema definitions")
            build.execute(
                "create table meta.builds (invocation_id varchar, command varchar, started_at"
                " timestamp, ended_at timestamp, state varchar, models bigint, tests bigint,"
                " relations varchar)"
            )

    def closing(self, months: dict[str, float]) -> None:
        """nrr_by_month with this closing MRR; a month is complete when it is over."""
        rows = ", ".join(
            f"(date '{month}', date '{month}' + interval 1 month <= timestamp '{self.as_of}',"
            f" cast({value} as decimal(18, 2)))"
            for month, value in months.items()
        )
        others = ", ".join(f"cast(null as double) as {name}" for name in OTHER_NUMBERS)
        self.marts["nrr.nrr_by_month"] = (
            f"select *, {others} from (values {rows}) as months(month, is_complete, closing_mrr)"
        )

    def rates(self, weeks: dict[str, float], within_days: float = 14) -> None:
        """activation_by_cohort and the definition it is judged by."""
        rows = ", ".join(f"('signed', date '{week}', {rate})" for week, rate in weeks.items())
        self.marts["activation.activation_by_cohort"] = (
            f"select * from (values {rows}) as cohorts(activation, cohort_week, activation_rate)"
        )
        self.marts["definitions.activations"] = (
            f"select 'signed' as activation, cast({within_days} as double) as within_days"
        )

    def land(self, stream: str, **row: Any) -> None:
        """One more file with one row."""
        self.files += 1
        with opened(self.settings.build_file) as build:
            columns = ", ".join([*row, "source_id", "file_id", "line_number"])
            values = [*row.values(), "native", self.files, 1]
            marks = ", ".join(f"${place}" for place in range(1, len(values) + 1))
            build.execute(f"insert into raw.native_{stream} ({columns}) values ({marks})", values)
            file = f"native/{stream}/{self.files}.jsonl"
            load = Load(
                "native", stream, file, file, "loaded", None, 1, 0, history.now(), self.files
            )
            write_load(build, load)

    def publish(self) -> str:
        project = read_project(self.folder)
        self.runs += 1
        run_id = history.begin(self.settings, project, "run")
        with opened(self.settings.build_file) as build:
            build.execute(
                "create or replace table intermediate.int_as_of as select $1::timestamp as as_of",
                [self.as_of],
            )
            for mart, query in self.marts.items():
                build.execute(f"create schema if not exists {mart.split('.')[0]}")
                build.execute(f"create or replace table {mart} as {query}")
            build.execute(
                "insert into meta.builds values ('', 'build', $1, $1, 'whole', 1, 1, $2)",
                [history.now(), json.dumps([f"build.{mart}" for mart in self.marts])],
            )
        publish(self.settings, project, run_id)
        return run_id

    def rows(self, query: str, file: str = "flywheel") -> list[tuple]:
        with duckdb.connect() as connection:
            path = self.settings.warehouse / f"{file}.duckdb"
            connection.execute(f"attach '{path}' as {file} (read_only)")
            connection.execute(f"use {file}")
            return connection.execute(query).fetchall()

    def restated(self) -> list[tuple]:
        """Period, before, now and cause of the newest publication's restatements."""
        return self.rows(
            "select period::varchar, value_before, value_now, cause from meta.restatements"
            " where run_id = (select run_id from meta.publication) order by all"
        )

    def detail(self) -> str:
        [(detail,)] = self.rows(
            "select cause_detail from meta.restatements"
            " where run_id = (select run_id from meta.publication)"
        )
        return detail


@pytest.fixture
def company(tmp_path: Path) -> Company:
    folder = tmp_path / "company"
    (folder / "seeds").mkdir(parents=True)
    (folder / "models").mkdir()
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, folder)
    shutil.copytree(PROJECT / "seeds" / "definitions", folder / "seeds" / "definitions")
    company = Company(folder)
    company.land("events", event_id="e1", event_name="a", occurred_at="2026-01-05")
    company.closing(MONTHS)
    return company


def test_the_first_publication_restates_nothing_and_every_column_is_explained(company) -> None:
    run_id = company.publish()
    assert company.rows("select * from meta.restatements") == []
    unexplained = (
        "select table_name, column_name from duckdb_columns() where comment is null and table_name"
        " in ('restatements', 'published_values', 'publications', 'published_logic')"
    )
    assert company.rows(unexplained) == []
    assert company.rows("select run_id, previous_run_id from meta.publications") == [(run_id, None)]


def test_nothing_is_restated_when_nothing_changed(company) -> None:
    company.publish()
    company.publish()
    assert company.restated() == []
    assert company.rows("select count(*), count(replaced_at) from meta.published_values") == [
        (3, 0)
    ]


def test_a_month_that_was_open_before_is_no_restatement(company) -> None:
    company.as_of = "2026-03-15"
    company.publish()
    company.as_of = "2026-04-02"
    company.closing({**MONTHS, "2026-03-01": 350})
    company.publish()
    assert company.restated() == []
    assert company.rows("select value from meta.published_values where period = '2026-03-01'") == [
        (350,)
    ]


def test_late_data_names_the_streams_and_rows_inside_the_period(company) -> None:
    company.publish()
    event = {"event_name": "a"}
    version = {"subscription_id": "s", "account_id": "a", "started_at": "2026-02-10"}
    company.land("subscription_versions", **version)
    company.land("events", event_id="e2", occurred_at="2026-02-03", **event)
    company.land("events", event_id="e3", occurred_at="2026-04-01", **event)
    company.land("events", event_id="e1", occurred_at="2026-01-05", **event)
    company.closing({**MONTHS, "2026-02-01": 250.5})
    company.publish()
    assert company.restated() == [("2026-02-01", 200, 250.5, "late data")]
    assert company.detail() == "late rows: native/events 1, native/subscription_versions 1"


def test_an_end_that_comes_on_time_makes_no_subscription_late(company) -> None:
    version = {"subscription_id": "s", "account_id": "a", "started_at": "2026-01-10"}
    company.land("subscription_versions", **version, recorded_at="2026-01-10")
    company.publish()
    end, company.as_of = "2026-04-20", "2026-05-02"
    company.land("subscription_versions", **version, ended_at=end, recorded_at=end)
    company.closing({**MONTHS, "2026-02-01": 250, "2026-04-01": 0})
    change_definition(company)
    company.publish()
    assert company.restated() == [("2026-02-01", 200, 250, "definition")]


def test_what_became_known_between_two_instants_is_late_without_landing(company) -> None:
    late = {"occurred_at": "2026-02-03", "received_at": "2026-04-20"}
    company.land("events", event_id="e2", event_name="a", **late)
    company.publish()
    company.as_of = "2026-05-02"
    company.closing({**MONTHS, "2026-02-01": 250})
    company.publish()
    assert company.restated() == [("2026-02-01", 200, 250, "late data")]
    assert company.detail() == "late rows: native/events 1"


def test_later_rows_that_shed_new_light_are_late_data_too(company) -> None:
    company.publish()
    link = {"kind": "alias", "from_id": "a", "user_id": "b", "linked_at": "2026-04-01 09:00:00"}
    company.land("identity_links", **link)
    company.closing({**MONTHS, "2026-02-01": 250})
    company.publish()
    assert company.restated() == [("2026-02-01", 200, 250, "late data")]
    assert company.detail() == (
        "no row inside the period; rows landed since: native/identity_links 1"
    )


def change_definition(company: Company) -> None:
    with (company.definitions / "plans.csv").open("a") as file:
        file.write("gold,9,true,false,false,,,\n")


def test_a_changed_definition_and_a_changed_variable_are_named(company) -> None:
    company.publish()
    change_definition(company)
    settings = company.folder / "dbt_project.yml"
    settings.write_text(settings.read_text().replace("paused: zero", "paused: count"))
    company.closing({**MONTHS, "2026-01-01": 90})
    company.publish()
    assert company.restated() == [("2026-01-01", 100, 90, "definition")]
    assert company.detail() == 'definitions: plans.csv, var revenue.paused ("zero" -> "count")'


def test_changed_code_is_named_and_its_comments_are_no_code(company) -> None:
    mart = company.folder / "models" / "nrr_by_month.sql"
    mart.write_text("{# one #} select 1 from {{ ref('int_mrr') }}")
    (company.folder / "models" / "int_mrr.sql").write_text("select 1")
    other = company.folder / "models" / "funnel_by_cohort.sql"
    company.publish()
    mart.write_text("{# another #} select 1 from {{ ref('int_mrr') }}")
    (company.folder / "models" / "int_mrr.sql").write_text("select 2")
    other.write_text("select 3")
    change_definition(company)  # of which this mart makes no use
    company.closing({**MONTHS, "2026-01-01": 90})
    company.publish()
    assert company.restated() == [("2026-01-01", 100, 90, "code")]
    assert company.detail() == "code: models/int_mrr.sql"


def test_several_causes_are_joined(company) -> None:
    company.publish()
    change_definition(company)
    (company.folder / "models" / "new_one.sql").write_text("select 1")
    company.land("events", event_id="e2", event_name="a", occurred_at="2026-02-03")
    company.closing({**MONTHS, "2026-02-01": 250})
    company.publish()
    assert company.restated() == [("2026-02-01", 200, 250, "late data+definition+code")]
    assert company.detail() == (
        "late rows: native/events 1; definitions: plans.csv; code: models/new_one.sql (new)"
    )


def test_periods_that_appear_or_vanish_have_one_side(company) -> None:
    company.publish()
    company.land("events", event_id="e2", event_name="a", occurred_at="2025-12-03")
    company.closing({"2025-12-01": 50, "2026-02-01": 200, "2026-03-01": 300})
    company.publish()
    assert company.restated() == [
        ("2025-12-01", None, 50, "late data"),
        ("2026-01-01", 100, None, "late data"),
    ]
    differences = "select difference from meta.restatements order by period"
    assert company.rows(differences) == [(50,), (-100,)]


def test_a_week_is_closed_when_the_window_of_its_last_sign_up_is(company) -> None:
    company.as_of = "2026-04-02"
    company.rates({"2026-03-02": 0.5, "2026-03-09": 0.4, "2026-03-16": 0.3})
    company.publish()
    said = "select period::varchar from meta.published_values where metric = 'activation_rate'"
    assert company.rows(said + " order by all") == [("2026-03-02",), ("2026-03-09",)]
    # a shorter window closes a week that was open: nothing had been said of it
    change_definition(company)
    company.rates({"2026-03-02": 0.45, "2026-03-09": 0.4, "2026-03-16": 0.3}, within_days=7)
    company.publish()
    assert company.restated() == [("2026-03-02", 0.5, 0.45, "definition")]


def test_funnels_and_leads_are_closed_when_their_windows_are(company) -> None:
    company.marts |= {
        "funnel.funnel_by_cohort": (
            "select * from (values ('f', date '2026-03-16', 1, 1.0), ('f', date '2026-03-16', 2,"
            " 0.5), ('f', date '2026-03-23', 2, 0.4), ('endless', date '2026-01-05', 1, 1.0))"
            " as steps(funnel, cohort_week, step_number, rate_from_start)"
        ),
        "definitions.funnels": (
            "select * from (values ('f', 1::bigint, 'week'), ('endless', null, null))"
            " as funnels(funnel, window_value, window_unit)"
        ),
        "pql.pql_by_cohort": (
            "select * from (values ('m', date '2026-02-01', null, 0.2), ('m', date '2026-02-01',"
            " 'large', 0.3), ('m', date '2026-03-01', null, 0.1))"
            " as cohorts(model, month, segment, conversion_rate)"
        ),
        "definitions.pql_models": "select 'm' as model, 30.0::double as conversion_days",
    }
    company.publish()
    assert company.rows(
        "select metric, dimension, period::varchar, value, closed_at::varchar"
        " from meta.published_values where metric <> 'closing_mrr' order by all"
    ) == [
        ("funnel_rate_from_start", "f", "2026-03-16", 0.5, "2026-03-30 00:00:00"),
        ("pql_conversion_rate", "m", "2026-02-01", 0.2, "2026-03-31 00:00:00"),
    ]


def test_a_series_that_a_definition_brings_or_takes_away_restates_nothing(company) -> None:
    company.publish()
    change_definition(company)
    company.rates({"2026-02-02": 0.5})
    company.publish()
    assert company.restated() == []
    (company.definitions / "plans.csv").unlink()
    company.rates({"2026-12-07": 0.5})
    company.publish()
    assert company.restated() == []
    assert company.rows(
        "select count(replaced_at) from meta.published_values where metric = 'activation_rate'"
    ) == [(1,)]


def test_local_months_close_at_local_midnight(company) -> None:
    settings = company.folder / "dbt_project.yml"
    zone = settings.read_text().replace("time_zone: UTC", "time_zone: America/New_York")
    settings.write_text(zone)
    company.as_of = "2026-04-01 04:00:00"
    company.publish()
    closed = "select closed_at::varchar from meta.published_values where period = '2026-03-01'"
    assert company.rows(closed) == [("2026-04-01 04:00:00",)]


def test_a_replay_of_an_earlier_day_says_so_and_later_months_are_just_open(company) -> None:
    company.publish()
    company.as_of = "2026-03-02"
    company.closing({**MONTHS, "2026-01-01": 90})
    company.publish()
    assert company.restated() == [("2026-01-01", 100, 90, "as of")]


def test_what_did_we_report_then_is_one_query(company) -> None:
    first = company.publish()
    company.closing({**MONTHS, "2026-01-01": 90})
    second = company.publish()
    [(then,)] = company.rows(f"select published_at from meta.runs where run_id = '{first}'")
    query = (
        "select value, run_id from meta.published_values where period = '2026-01-01'"
        " and published_at <= '{0}' and coalesce(replaced_at, 'infinity') > '{0}'"
    )
    assert company.rows(query.format(then)) == [(100, first)]
    assert company.rows(query.format(then + timedelta(hours=1))) == [(90, second)]
    assert company.restated() == [("2026-01-01", 100, 90, "unexplained")]


def test_a_publication_that_fails_leaves_no_trace(company, monkeypatch) -> None:
    company.publish()
    before = company.rows("select * from meta.published_values", "build")
    company.closing({**MONTHS, "2026-01-01": 90})
    with monkeypatch.context() as patched:
        patched.setattr("flows.publish._put_in_place", fail)
        with pytest.raises(NotPublished):
            company.publish()
    assert company.rows("select * from meta.published_values", "build") == before
    company.publish()
    assert [row[:3] for row in company.restated()] == [("2026-01-01", 100, 90)]


def fail(*_: Any, **__: Any) -> None:
    raise OSError("the disk is full")


def test_a_run_killed_after_the_rename_is_not_compared_with_twice(company, monkeypatch) -> None:
    company.publish()
    company.closing({**MONTHS, "2026-01-01": 90})
    with monkeypatch.context() as patched:
        patched.setattr("flows.restatements.remember", fail)
        with pytest.raises(OSError):
            company.publish()
    company.publish()
    assert company.rows("select count(*) from meta.restatements") == [(1,)]


def test_memory_outlives_a_published_file_that_is_gone_or_damaged(company) -> None:
    company.publish()
    published = company.settings.published_file
    published.unlink()
    published.write_bytes(b"no database")
    company.closing({**MONTHS, "2026-01-01": 90})
    company.publish()
    assert [row[:3] for row in company.restated()] == [("2026-01-01", 100, 90)]


def test_a_mart_without_the_columns_it_needs_is_an_error(company) -> None:
    company.marts["nrr.nrr_by_month"] = "select date '2026-01-01' as month, true as is_complete"
    with pytest.raises(NotPublished, match="could not be written") as failure:
        company.publish()
    assert "closing_mrr" in str(failure.value.detail)


# The same on real models, through real runs.

SUBSCRIPTIONS = """\
subscription_id,account_id,plan,currency,amount_minor,billing_interval,started_at,recorded_at,metered
"""
EVENTS = "event_id,event_name,occurred_at,user_id,received_at,properties\n"
LANDED = {
    "accounts.csv": """account_id,created_at
a1,2026-01-02T00:00:00Z
a2,2026-01-02T00:00:00Z
a3,2026-01-02T00:00:00Z
a4,2026-01-02T00:00:00Z
""",
    "users.csv": """user_id,created_at,account_id
u1,2026-01-05T00:00:00Z,a1
u2,2026-01-06T00:00:00Z,a2
u3,2026-01-12T00:00:00Z,a3
u4,2026-01-13T00:00:00Z,a4
""",
    "events/1.csv": EVENTS
    + """e1,teammate_invited,2026-01-07T00:00:00Z,u1,,
e2,comment_added,2026-01-07T00:00:00Z,u2,,
f1,signed_up,2026-01-12T00:00:00Z,u3,,
f2,report_created,2026-01-12T01:00:00Z,u3,,
f3,dashboard_created,2026-01-12T02:00:00Z,u3,,"{""visibility"":""team""}"
f4,signed_up,2026-01-13T00:00:00Z,u4,,
f5,report_created,2026-01-13T01:00:00Z,u4,,
p1,sales_contacted,2026-02-10T00:00:00Z,u3,,
p2,pricing_viewed,2026-02-10T01:00:00Z,u3,,
p3,pricing_viewed,2026-02-10T02:00:00Z,u3,,
p4,sales_contacted,2026-02-10T00:00:00Z,u4,,
p5,pricing_viewed,2026-02-10T01:00:00Z,u4,,
p6,pricing_viewed,2026-02-10T02:00:00Z,u4,,
""",
    "subscription_versions/1.csv": SUBSCRIPTIONS
    + """s1,a1,team,USD,10000,month,2026-01-10T00:00:00Z,2026-01-10T00:00:00Z,
use,a1,team,USD,3000,month,2026-02-10T00:00:00Z,2026-02-10T00:00:00Z,true
""",
}
LATE = {
    "events/2.csv": EVENTS
    + """e3,comment_added,2026-01-09T00:00:00Z,u2,2026-04-03T00:00:00Z,
f6,report_shared,2026-01-14T00:00:00Z,u4,2026-04-03T00:00:00Z,
""",
    "subscription_versions/2.csv": SUBSCRIPTIONS
    + """s2,a1,team,USD,5000,month,2026-02-10T00:00:00Z,2026-04-03T00:00:00Z,
s3,a3,team,USD,5000,month,2026-02-20T00:00:00Z,2026-04-03T00:00:00Z,
""",
}
REDEFINED = {
    "seeds/definitions/activation_milestones.csv": (
        ",comment_added,,,,,2",
        ",comment_added,,,,,3",
    ),
    "seeds/definitions/funnel_steps.csv": (
        "sign_up_to_value,4,showed a result,1,report_shared",
        "sign_up_to_value,4,showed a result,1,alert_created",
    ),
    "seeds/definitions/pql_models.csv": (
        "account_ready_to_pay,account,free_to_paid,60,30",
        "account_ready_to_pay,account,free_to_paid,60,5",
    ),
    "dbt_project.yml": ("metered: exclude", "metered: include"),
}
RECODED = {
    "models/staging/native/stg_native__events.sql": (
        "    event_name,",
        "    regexp_replace(event_name, '^(teammate|dashboard).*', 'x') as event_name,",
    ),
    "models/intermediate/lead_outcomes/int_lead_conversions.sql": (
        "    started_at as converted_at",
        "    started_at - interval '1' day as converted_at",
    ),
    "models/intermediate/movements/int_mrr_retention.sql": (
        "        1 + change_of_the_base",
        "        2 + change_of_the_base",
    ),
    "macros/times_per_year.sql": ("when 'month' then 12", "when 'month' then 24"),
}
WATCHED = {
    "closing_mrr": "2026-02-01",
    "nrr_month": "2026-02-01",
    "activation_rate": "2026-01-05",
    "funnel_rate_from_start": "2026-01-12",
    "pql_conversion_rate": "2026-02-01",
}
DIMENSIONS = (None, "user_collaborates", "sign_up_to_value", "account_ready_to_pay")


def copy_what_is_needed(folder: Path, *marts: str) -> None:
    """The project with no more models than these marts are made of, and without their tests."""
    whole = read_project(PROJECT)
    for place in ("macros", "seeds/definitions", "tests/data/generic"):
        shutil.copytree(PROJECT / place, folder / place)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, folder)
    parts = set().union(*(lineage(whole, mart).parts for mart in (*marts, *NOT_FOLLOWED)))
    models = [PROJECT / name for kind, name in parts if kind == "model"]
    shared = [
        p for part in ("sources", "group") for p in (PROJECT / "models").rglob(f"_*{part}.yml")
    ]
    for path in [*models, *shared]:
        copy = folder / path.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    for mart in marts:
        [model] = [path for path in models if path.stem == mart]
        described = yaml.safe_load(model.with_suffix(".yml").read_text())
        described.pop("unit_tests")
        copy = folder / model.with_suffix(".yml").relative_to(PROJECT)
        copy.write_text(yaml.safe_dump(described))


def rewrite(folder: Path, changes: dict[str, tuple[str, str]]) -> None:
    for name, (before, after) in changes.items():
        text = (folder / name).read_text()
        assert before in text, name
        (folder / name).write_text(text.replace(before, after))


def run(folder: Path, as_of: str, files: dict[str, str]) -> dict[str, tuple]:
    """Land, build, publish; what is then restated of the watched: before, now, cause, detail."""
    for name, text in files.items():
        file = folder / "landing" / "native" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    settings = read_settings(
        project=folder, landing=folder / "landing", warehouse=folder / "warehouse", as_of=as_of
    )
    with session(settings, "run", Display(quiet=True)) as running:
        run_all(running)
    with duckdb.connect(settings.published_file, read_only=True) as published:
        rows = published.execute(
            "select metric, dimension, period::varchar, value_before, value_now, cause,"
            " cause_detail from meta.restatements"
            " where run_id = (select run_id from meta.publication) order by all"
        ).fetchall()
    return {
        metric: found
        for metric, dimension, period, *found in rows
        if WATCHED.get(metric) == period and dimension in DIMENSIONS
    }


def test_real_models_every_cause_of_every_metric_is_named(tmp_path: Path) -> None:
    copy_what_is_needed(
        tmp_path, "nrr_by_month", "activation_by_cohort", "funnel_by_cohort", "pql_by_cohort"
    )
    assert run(tmp_path, "2026-04-02", LANDED) == {}

    late_version = ["late data", "late rows: native/subscription_versions 2"]
    late = run(tmp_path, "2026-04-04", LATE)
    assert late.pop("pql_conversion_rate")[:3] == [0, 0.5, "late data"]
    assert late == {
        "closing_mrr": [100, 200, *late_version],
        "nrr_month": [1, 1.5, *late_version],
        "activation_rate": [0.5, 1, "late data", "late rows: native/events 2"],
        "funnel_rate_from_start": [0.5, 1, "late data", "late rows: native/events 1"],
    }

    rewrite(tmp_path, REDEFINED | RECODED)
    milestones, steps, models, _, events, leads, retention, times = [
        name.removeprefix("seeds/definitions/") for name in REDEFINED | RECODED
    ]
    made_anew = run(tmp_path, "2026-04-04", {})
    *numbers, cause, detail = made_anew.pop("pql_conversion_rate")
    assert (numbers, cause) == ([0.5, 0], "definition+code")
    assert models in detail and leads in detail
    metered = 'definitions: var revenue.metered ("exclude" -> "include")'
    money = f"{metered}; code: {times}, {retention}, {events}"
    assert made_anew == {
        "closing_mrr": [200, 460, "definition+code", money],
        "nrr_month": [1.5, 2.8, "definition+code", money],
        "activation_rate": [
            *(1, 0, "definition+code"),
            f"definitions: {milestones}; code: {events}",
        ],
        "funnel_rate_from_start": [
            *(1, 0, "definition+code"),
            f"definitions: {steps}; code: {events}",
        ],
    }
