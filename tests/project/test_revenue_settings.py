"""The defaults of var `revenue` are written where users read them, where SQL takes them, and where
they are checked: three times the same."""

from __future__ import annotations

import jinja2
import yaml

from flows.definitions.variables import Revenue
from tests.project_copy import PROJECT

WRITTEN = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["revenue"]
CHECKED = Revenue().model_dump()


def in_sql(key: str, given: dict) -> str:
    macro = (PROJECT / "macros" / "revenue_setting.sql").read_text()
    template = jinja2.Environment().from_string(macro + "{{ revenue_setting(key) }}")
    return template.render(key=key, var=lambda name: given).strip()


def test_the_project_file_writes_down_the_defaults() -> None:
    assert WRITTEN == CHECKED


def test_a_key_left_out_takes_the_default() -> None:
    assert {key: in_sql(key, {}) for key in CHECKED} == {
        key: in_sql(key, CHECKED) for key in CHECKED
    }
