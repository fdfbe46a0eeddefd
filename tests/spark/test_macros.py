"""Each macro that the engines write differently says the same on both, on values that are easy to
get wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.project_copy import PROJECT
from tests.spark.both_engines import BothEngines
from tests.spark.engine_cases import CASES, ELSEWHERE, Case


def test_every_macro_with_a_form_of_its_own_on_spark_is_tried() -> None:
    written = {
        name
        for path in (PROJECT / "macros").rglob("*.sql")
        for name in re.findall(r"macro spark__(\w+)", path.read_text())
    }
    assert written - {"without_properties"} <= CASES.keys() | ELSEWHERE.keys()


class Calls(BothEngines):
    """One model a case."""

    def _link_models(self, select: str) -> None:
        folder = self.folder / "models" / "intermediate"
        folder.mkdir(parents=True, exist_ok=True)
        for name, case in CASES.items():
            (folder / f"tries_{name}.sql").write_text(model(case))


def model(case: Case) -> str:
    others = case.others or [None] * len(case.values)
    rows = " union all ".join(
        f"select {number} as number, cast({literal(value)} as {case.type}) as value,"
        f" cast({literal(other)} as {case.other_type}) as other"
        for number, (value, other) in enumerate(zip(case.values, others, strict=True))
    )
    given = f"with rows_given as ({rows})"
    if case.whole == "earlier":
        given += ", earlier as (select * from rows_given)"
    if case.whole:
        return f"{given} select {case.select}"
    return f"{given} select number, {case.select} from rows_given"


def literal(value: str | None) -> str:
    """A text that both engines read alike: they differ in what a backslash means."""
    if value is None:
        return "null"
    if re.fullmatch(r"[^\\'\t\n]*", value):
        return f"'{value}'"
    parts = re.split(r"([\\'\t\n])", value)
    return (
        "("
        + " || ".join(
            f"chr({ord(part)})" if part in "\\'\t\n" and part else f"'{part}'" for part in parts
        )
        + ")"
    )


@pytest.mark.spark
def test_both_engines_agree_on_every_call(tmp_path: Path) -> None:
    calls = Calls(tmp_path / "project")
    calls.build("path:models", reporting_time_zone="America/New_York")
    assert calls.compared == len(CASES)
