"""Keeping what nothing new touches gives the same tables as making everything anew.

A small company's rows arrive in random batches, late and out of order: events before the users they
are of, copies received earlier than what is known, links and aliases last, profiles, memberships
and subscriptions restated, `as_of` moved back and forth, rows erased, builds that stop half way.
After that every table must hold what a build from nothing makes of the same rows.

dbt builds twice, once as a whole and once what is kept, so that its own SQL for both is known; the
batches then run that SQL without it.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.increments import Inputs, prepare, read_inputs
from flows.landing import land
from flows.project import Project, read_project
from flows.settings import Settings
from flows.simulate.simulation import simulate
from tests.project_copy import PROJECT, ProjectCopy

MORE = int(os.environ.get("FLYWHEEL_FUZZ_ROUNDS", "0"))  # make fuzz: more companies, every mart
COMPANIES = 1 + MORE
BATCHES = 6
FAMILIES = ("core", "retention", "activation", "funnel")  # made from what is kept
WHAT_IS_BUILT = " ".join(f"+path:models/marts/{family}" for family in FAMILIES)
if MORE:
    WHAT_IS_BUILT = "+path:models/marts"
ENDING_AT = datetime(2026, 7, 1)  # noqa: DTZ001
ENDING = ENDING_AT.date()
# numbers of walkers, and what holds nobody but those whom the last build touched
NOT_COMPARED = ("int_touched", "int_funnel", "int_walker")
LINKS_COME_LAST = {"identity_links"}
COME_FIRST = {"exchange_rates", "marketing_spend"}

# Funnels of all kinds, beside the demo company's; one of sessions in every other company.
FUNNELS = [
    "strictly,user,strict,any,30,day,,,kind,event,all,,2",
    "undisturbed,account,no_interleaving,any,9,day,,,,,,,",
    "with_an_option,user,ordered,any,20,day,,,,,,,",
    "under_exclusion,user,ordered,any,,,,,kind,event,last,,1",
    "in_a_session,session,ordered,any,,,,,,,,,",
]
STEPS = [
    f"{funnel.split(',')[0]},{number},,1,{event},,,,,,,{'true' if number == 2 else 'false'}"
    for funnel in FUNNELS
    for number, event in enumerate(["report_created", "report_viewed", "report_shared"], start=1)
]
EXCLUSIONS = ["under_exclusion,1,3,1,page_viewed,,,,"]

# What befalls the company's rows before they arrive; no two companies fare alike.
CHANGES = {
    "a source without sessions and accounts": """
        update arriving.events set session_id = null, account_id = null
        where chance(coalesce(user_id, anonymous_id)) < 0.5
    """,
    "the same event from another sender, received earlier": """
        insert into arriving.events select * replace (
            'u_twin' || cast(10 * chance(event_id) as int) as user_id,
            coalesce(received_at, occurred_at) - interval 1 day as received_at
        ) from arriving.events where chance(event_id) < 0.02
    """,
    "an event delivered twice": """
        insert into arriving.events select * from arriving.events
        where chance(event_id) between 0.02 and 0.06
    """,
    "events of nobody yet": """
        insert into arriving.events select * replace (
            'anonymous ' || event_id as event_id, null as user_id, null as account_id,
            'd' || cast(20 * chance(user_id) as int) as anonymous_id,
            occurred_at - interval 9 day as occurred_at, null as received_at
        ) from arriving.events where chance(event_id) between 0.06 and 0.12
    """,
    "a shared device": """
        insert into arriving.events select * replace (
            'shared ' || event_id as event_id, 'd1' as anonymous_id
        ) from arriving.events where chance(event_id) between 0.12 and 0.13
    """,
    "placeholders for ids": """
        insert into arriving.events select * replace (
            'null ' || event_id as event_id, 'null' as user_id, 'null' as anonymous_id
        ) from arriving.events where chance(event_id) between 0.13 and 0.14
    """,
    "devices identified": """
        insert into arriving.identity_links select * replace (
            'identify' as kind, 'd' || cast(20 * chance(user_id) as int) as from_id
        ) from arriving.identity_links where kind = 'identify'
    """,
    "users merged": """
        insert into arriving.identity_links select * replace (
            'alias' as kind, user_id as from_id,
            (select user_id from arriving.users order by chance(user_id) limit 1) as user_id
        ) from arriving.identity_links where chance(user_id) < 0.2
    """,
    "profiles restated": """
        insert into arriving.users select * replace (
            'guest' as role, 'another' as acquisition_channel,
            created_at - interval 2 day as created_at,
            coalesce(updated_at, created_at) + interval 9 day as updated_at
        ) from arriving.users where chance(user_id) < 0.3
    """,
    "memberships ended": """
        insert into arriving.account_memberships select * replace (
            joined_at + interval 30 day as left_at
        ) from arriving.account_memberships where chance(user_id) < 0.2
    """,
    "members of two accounts": """
        insert into arriving.account_memberships select * replace (
            (select account_id from arriving.accounts order by chance(account_id) limit 1)
                as account_id
        ) from arriving.account_memberships where chance(user_id) between 0.2 and 0.5
    """,
    "subscriptions restated": """
        insert into arriving.subscription_versions select * replace (
            amount_minor * 2 as amount_minor,
            coalesce(recorded_at, started_at) + interval 10 day as recorded_at
        ) from arriving.subscription_versions where chance(account_id) < 0.4
    """,
}


class Increments:
    """A copy of the project whose builds are run again, as a whole or of the touched."""

    def __init__(self, folder: Path) -> None:
        pool = folder / "pool"
        simulate(pool / "landing", 20, 4, 3, ending=ENDING, file_format="parquet", with_truth=False)
        land(pool / "landing", pool)
        self.pool = pool / "build.duckdb"
        self.copy = ProjectCopy(folder / "copy")
        more = {"funnels": FUNNELS, "funnel_steps": STEPS, "funnel_exclusions": EXCLUSIONS}
        for seed in (PROJECT / "seeds" / "definitions").glob("*.csv"):
            lines = [*seed.read_text().splitlines(), *more.get(seed.stem, [])]
            place = folder / "copy" / "seeds" / "definitions" / seed.name
            place.write_text("\n".join(lines) + "\n")
        self.arrivals = folder / "arrivals.duckdb"
        self.connection = duckdb.connect()
        self.builds = 0
        self.draw(0)
        self.arrive(0)
        self.connection.close()
        self.copy.build(WHAT_IS_BUILT, tested=False)
        self.models = self._models()
        self.copy.run("update meta.builds set state = 'whole'")
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("FLYWHEEL_ONLY_TOUCHED", "yes")
            self.copy.build("config.materialized:incremental int_touched", tested=False)
        self.touched = {
            node["name"]: node["compiled_code"]
            for node in self._models()
            if node["config"]["materialized"] == "incremental" or node["name"] == "int_touched"
        }
        self._connect(self.copy.file)

    def draw(self, company: int) -> None:
        """Draw what is going to arrive, and when."""
        self.company = company
        self._connect(self.copy.file)
        run = self.connection.execute
        run("create schema if not exists arrivals.arriving")
        run(f"attach '{self.pool}' as pool (read_only)")
        for stream in self.streams():
            arriving = f"arrivals.arriving.{stream}"
            run(f"create or replace table {arriving} as from pool.raw.native_{stream}")
        run("detach pool")
        run("use arrivals")
        for change in CHANGES.values():
            run(change)
        run("use build")
        for stream in self.streams():
            late = f"1 + cast(floor({BATCHES - 1} * chance('late' || number)) as int)"
            batch = f"case when chance(cast(number as varchar)) < 0.8 then 0 else {late} end"
            if stream in COME_FIRST:
                batch = "0"
            elif stream in LINKS_COME_LAST:
                batch = f"greatest({BATCHES - 2}, {batch})"
            arriving = f"arrivals.arriving.{stream}"
            run(
                f"create or replace table {arriving} as select *, {batch} as batch from"
                f" (select *, row_number() over (order by hash(row)) as number from {arriving} row)"
            )
            run(f"delete from raw.native_{stream}")

    def arrive(self, batch: int) -> None:
        for stream in self.streams():
            described = self.connection.execute(f"describe raw.native_{stream}").fetchall()
            kept = [name for name, *_ in described if name not in ("file_id", "line_number")]
            columns = ", ".join(kept)
            self.connection.execute(
                f"insert into raw.native_{stream} ({columns}, file_id, line_number)"
                f" select {columns}, {batch + 1}, number from arrivals.arriving.{stream}"
                f" where batch = {batch}"
            )

    def forget_funnel(self, funnel: str) -> None:
        for table in ("funnels", "funnel_steps"):
            self.connection.execute(f"delete from definitions.{table} where funnel = '{funnel}'")

    def erase(self, chance: float) -> None:
        """Rows leave, as those of somebody who wants to be forgotten."""
        self.connection.execute(f"delete from raw.native_events where chance(user_id) < {chance}")

    def streams(self) -> list[str]:
        found = self.connection.execute(
            "select table_name from duckdb_tables() where database_name = 'build'"
            " and schema_name = 'raw' and starts_with(table_name, 'native_') order by all"
        ).fetchall()
        return [name.removeprefix("native_") for (name,) in found]

    def build(
        self, as_of: datetime | None, *, anew: bool = False, models: int | None = None
    ) -> None:
        """Run every model, or only the first ones, as a build that is killed does."""
        for node in self.models[:models]:
            made = f"create or replace table {node['relation_name']} as "
            if node["name"] == "int_as_of" and as_of:
                self.connection.execute(f"{made} select timestamp '{as_of}' as as_of")
            elif anew or node["name"] not in self.touched:
                self.connection.execute(made + node["compiled_code"])
            elif node["name"] == "int_touched":
                self.connection.execute(made + self.touched["int_touched"])
            else:
                self._replace_touched(node)
        state = "whole" if models is None else "failed"
        self.note_build(Inputs("", {}), state)

    def differences(self, as_of: datetime | None) -> dict[str, Any]:
        """The tables of which a build from nothing makes something else, with some rows."""
        kept, anew = self.copy.file, self.copy.file.with_name("anew.duckdb")
        self.connection.close()
        shutil.copy(kept, anew)
        self._connect(anew)
        try:
            self.build(as_of, anew=True)
            self.connection.execute(f"attach '{kept}' as kept (read_only)")
            return {
                node["name"]: rows
                for node in self.models
                if not node["name"].startswith(NOT_COMPARED)
                if node["name"] not in self.touched or node["config"]["unique_key"]
                if (rows := self._difference(node))
            }
        finally:
            self.connection.close()
            self._connect(kept)

    def settings(self) -> Settings:
        return Settings(project=self.copy.folder, warehouse=self.copy.warehouse)

    def project(self) -> Project:
        return read_project(self.copy.folder)

    def note_build(self, inputs: Inputs, state: str) -> None:
        """Write down a build as dbt's hooks do, the newest there is."""
        self.builds += 1
        self.connection.execute(
            "insert into meta.builds (invocation_id, started_at, state, program, definitions)"
            " values ($1, $2, $3, $4, $5)",
            [
                str(self.builds),
                ENDING_AT + timedelta(days=900 + self.builds),
                state,
                inputs.program,
                json.dumps(inputs.definitions),
            ],
        )

    def made_anew(self, inputs: Inputs, **settings: Any) -> list[str] | None:
        """The kept tables that a build of these inputs makes as a whole; None if it is all."""
        self.connection.close()
        run = self.settings().model_copy(update=settings)
        kept, before = self.copy.file, self.copy.file.with_name("before.duckdb")
        shutil.copy(kept, before)
        shutil.copytree(self.copy.folder / "target", run.dbt_target_folder, dirs_exist_ok=True)
        tables = "select table_name as name from duckdb_tables() where database_name = 'build'"
        try:
            there = {row["name"] for row in self.copy.rows(tables)}
            if not prepare(run, inputs):
                return None
            return sorted(there - {row["name"] for row in self.copy.rows(tables)})
        finally:
            shutil.move(before, kept)
            self._connect(kept)

    def share_touched(self) -> float:
        """How much of what there is has been made anew: all would prove nothing."""
        return self.connection.execute(
            "select avg(cast(is_person_touched as int)) from intermediate.int_touched"
        ).fetchall()[0][0]

    def _difference(self, node: dict[str, Any]) -> list[Any]:
        table = f"{node['schema']}.{node['name']}"
        columns = self.connection.execute(f"describe build.{table}").fetchall()
        # ten digits of a number, a little beside those that lie between two of them, as halves do
        shown = ", ".join(
            f"format('{{:.9e}}', {name} * 1.0000000000031) as {name}" if kind == "DOUBLE" else name
            for name, kind, *_ in columns
        )
        one, other = (f"select {shown} from {base}.{table}" for base in ("build", "kept"))
        return self.connection.execute(
            f"(select 'anew' as made, * from ({one} except all {other}) limit 3) union all"
            f" (select 'kept' as made, * from ({other} except all {one}) limit 3)"
        ).fetchall()

    def _replace_touched(self, node: dict[str, Any]) -> None:
        """What dbt did with the rows that the model's query gave, as it wrote it down."""
        place = Path("target", "run", "flywheel", node["original_file_path"])
        statements = (self.copy.folder / place).read_text()
        temporary = re.findall(r"from (\S*__dbt_tmp\S*)", statements)[-1]
        made = self.touched[node["name"]]
        self.connection.execute(f"create or replace temp table made_anew as {made}")
        self.connection.execute(statements.replace(temporary, "temp.made_anew"))

    def _models(self) -> list[dict[str, Any]]:
        """The models that are tables, each after those that it reads."""
        manifest = json.loads((self.copy.folder / "target" / "manifest.json").read_text())
        parents = {
            name: node["depends_on"]["nodes"]
            for name, node in manifest["nodes"].items()
            if node["resource_type"] == "model"
        }
        within = {name: set(above) & set(parents) for name, above in parents.items()}
        return [
            manifest["nodes"][name]
            for name in TopologicalSorter(within).static_order()
            if manifest["nodes"][name]["config"]["materialized"] != "view"
        ]

    def _connect(self, file: Path) -> None:
        self.connection.close()
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'")
        self.connection.execute(f"attach '{file}' as build (storage_version 'v1.4.0')")
        self.connection.execute(f"attach '{self.arrivals}' as arrivals")
        self.connection.execute("use build")
        self.connection.execute(
            "create temp macro chance(id) as cast('0x' || left(md5("
            f"coalesce(id, '') || ' {self.company}'), 8) as bigint) / 4294967296"
        )


@pytest.fixture(scope="module")
def increments(tmp_path_factory: pytest.TempPathFactory) -> Increments:
    return Increments(tmp_path_factory.mktemp("increments"))


@pytest.mark.parametrize("company", reversed(range(COMPANIES)))
def test_what_is_kept_is_what_a_build_from_nothing_makes(
    increments: Increments, company: int
) -> None:
    """The last batches are compared, those before them are what a mistake could hide in."""
    chance = random.Random(company)
    increments.draw(company)
    if company % 2 == 0:  # where there are funnels of sessions, all sessions are touched
        increments.forget_funnel("in_a_session")
    increments.build(None, anew=True)  # of nothing
    shares: list[float] = []
    for batch in range(BATCHES):
        increments.arrive(batch)
        if batch == 1:
            increments.erase(0.1)
        as_of = None if chance.random() < 0.5 else ENDING_AT - timedelta(days=chance.randrange(60))
        if chance.random() < 0.4:
            increments.build(as_of, models=chance.randrange(len(increments.models)))
            as_of = ENDING_AT - timedelta(days=chance.randrange(30))
        increments.build(as_of)
        if batch in (2, BATCHES - 1):
            assert increments.differences(as_of) == {}
            shares.append(increments.share_touched())
    assert 0 < min(shares) < 0.9


def test_a_changed_definition_makes_anew_exactly_what_depends_on_it(increments: Increments) -> None:
    inputs = read_inputs(increments.settings(), increments.project())
    increments.note_build(inputs, "whole")

    def made_anew_by(*definitions: str) -> list[str] | None:
        return increments.made_anew(changed(*definitions))

    def changed(*definitions: str) -> Inputs:
        return replace(
            inputs, definitions={**inputs.definitions, **dict.fromkeys(definitions, "another")}
        )

    retention = ["activity", "cohorts", "events", "returns", "rolling_returns"]
    retention = [f"int_retention_{name}" for name in retention]
    assert made_anew_by() == []
    assert made_anew_by("benchmarks", "currencies") == []
    assert made_anew_by("retentions") == retention
    use = ["int_active_days", "int_lifecycle_activity", "int_lifecycle_states"]
    assert set(use) <= set(made_anew_by("event_catalog") or ())
    assert not {"int_events", "int_rule_events", *retention} & set(made_anew_by("event_catalog"))
    assert "int_events" in made_anew_by("exclusions")
    rules = made_anew_by("retention_events")
    assert {"int_rule_events", *retention} <= set(rules)
    assert not {"int_events", "int_active_days"} & set(rules)

    # what a build that failed had made by other definitions is not trusted either
    increments.note_build(changed("retentions"), "failed")
    assert made_anew_by() == retention


def test_another_program_or_setting_or_a_build_by_dbt_alone_makes_everything_anew(
    increments: Increments,
) -> None:
    settings, project = increments.settings(), increments.project()
    inputs = read_inputs(settings, project)
    increments.note_build(inputs, "whole")
    assert increments.made_anew(inputs) == []
    assert increments.made_anew(inputs, full_refresh=True) is None
    day = replace(project, variables={**project.variables, "as_of": "2026-01-01"})
    assert increments.made_anew(read_inputs(settings, day)) == []  # int_touched sees to that
    zone = replace(project, variables={**project.variables, "reporting_time_zone": "Asia/Tokyo"})
    assert increments.made_anew(read_inputs(settings, zone)) is None
    increments.note_build(Inputs("", {}), "partial")
    assert increments.made_anew(inputs) is None
