"""Real input: the click-stream of a shop, as its owner would bring it, through the whole pipeline.

The export is `datasets/ecom.csv.gz` of the package retentioneering 5.2.4 (Apache-2.0), fetched by
`make test`. The shop is a fork of the project as a user makes one: our models, its own definitions
(`tests/end_to_end/ecom/definitions`), the rest of ours emptied.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / ".cache" / "retentioneering" / "retentioneering-5.2.4-py3-none-any.whl"
EXPORT = "retentioneering/datasets/ecom.csv.gz"
KEPT = ("currencies", "placeholder_ids", "survey_categories", "tenures", "loops")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    if not PACKAGE.exists():
        pytest.skip("retentioneering 5.2.4 is not there: `make test` fetches it")
    folder = make_fork(tmp_path_factory.mktemp("shop"))
    with zipfile.ZipFile(PACKAGE) as package:
        export = Path(package.extract(EXPORT, folder))
    example = PROJECT / "docs" / "examples" / "ecom_to_landing.py"
    subprocess.run([sys.executable, example, export, folder / "landing"], check=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        patched.delenv("FLYWHEEL_WAREHOUSE", raising=False)
        patched.delenv("PREFECT_API_URL", raising=False)
        result = CliRunner().invoke(app, ["run", "--landing", "landing"])
    assert result.exit_code == 0, result.output
    assert "no data has ever carried" not in result.output
    with duckdb.connect(str(folder / "warehouse" / "flywheel.duckdb"), read_only=True) as published:
        yield published


def make_fork(folder: Path) -> Path:
    for name in ("models", "macros", "tests", "dbt_project.yml", "profiles.yml"):
        (folder / name).symlink_to(PROJECT / name)
    definitions = Path(
        shutil.copytree(PROJECT / "seeds" / "definitions", folder / "seeds" / "definitions")
    )
    for file in definitions.glob("*.csv"):
        if file.stem not in KEPT:
            file.write_text(file.read_text().splitlines()[0] + "\n")
    shutil.copytree(Path(__file__).parent / "ecom" / "definitions", definitions, dirs_exist_ok=True)
    return folder


def test_every_click_is_an_event_and_nobody_is_lost(shop) -> None:
    # 30 rows of the export are exact copies of others: with ids of their own, all of them count
    assert shop.execute("select count(*) from core.events").fetchone() == (31_106,)
    assert shop.execute("select count(*) from core.users").fetchone() == (600,)
    assert shop.execute("select count(*) from core.sessions").fetchone() == (3_605,)
    assert shop.execute("select count(*) from meta.quarantine").fetchone() == (0,)


def test_the_reference_funnel_is_found(shop) -> None:
    steps = shop.execute(
        "select step_name, actors from funnel.funnel_by_step"
        " where funnel = 'order' and breakdown_value is null order by step_number"
    ).fetchall()
    assert steps == [
        ("saw the catalogue", 600),
        ("saw a product", 596),
        ("filled the cart", 502),
        ("gave an address", 390),
        ("gave a card", 272),
        ("paid", 139),
    ]


def test_everybody_is_in_the_funnel_of_one_platform(shop) -> None:
    found = shop.execute(
        "select breakdown_value, actors from funnel.funnel_by_step"
        " where funnel = 'order_by_platform' and step_number = 1 and breakdown_value is not null"
    ).fetchall()
    platforms = shop.execute(
        "select distinct json_extract_string(properties, '$.platform') from core.events"
    ).fetchall()
    assert {(platform,) for platform, _ in found} == set(platforms)
    assert sum(actors for _, actors in found) == 600


def test_what_the_shop_has_not_is_empty_and_not_an_error(shop) -> None:
    assert shop.execute("select count(*) from core.accounts").fetchone() == (0,)
    assert shop.execute("select count(*) from core.subscription_versions").fetchone() == (0,)
