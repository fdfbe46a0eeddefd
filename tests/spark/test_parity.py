"""The comparer of engines finds what differs, however little, and forgives only the last digits."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.spark.parity import differences_of_files

COMPANY = """
    create schema nrr;
    create table nrr.nrr_by_month as
        select
            number as month, (1000 + number)::decimal(18, 2) as mrr, number / 7 as rate,
            'c' || number as cohort, timestamp '2026-01-01' + number * interval 1 day as paid_at
        from range(50) as numbers (number);
    comment on column nrr.nrr_by_month.rate is 'The rate.';
    create table nrr.empty (id varchar);
    create schema meta;
    create table meta.runs as select random() as run_id;
"""


def company(file: Path, change: str = "") -> Path:
    with duckdb.connect(str(file)) as connection:
        connection.execute(COMPANY + change)
    return file


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update nrr.nrr_by_month set mrr = mrr + 0.01 where month = 7", "mrr '1007.00"),
        ("update nrr.nrr_by_month set rate = rate * 1.000000001 where month = 7", "rate 1.0"),
        ("update nrr.nrr_by_month set rate = null where month = 7", "rate 1.0 and None"),
        ("update nrr.nrr_by_month set cohort = 'C7' where month = 7", "cohort 'c7' and 'C7'"),
        (
            "update nrr.nrr_by_month set paid_at = paid_at + to_microseconds(1) where month = 7",
            "paid_at '2026",
        ),
        ("delete from nrr.nrr_by_month where month = 7", "1 and 0 rows"),
        ("insert into nrr.nrr_by_month from nrr.nrr_by_month where month = 7", "0 and 1 rows"),
        ("insert into nrr.empty values (null)", "nrr.empty: 0 and 1 rows"),
        ("drop table nrr.empty", "nrr.empty: only in one file"),
        ("alter table nrr.nrr_by_month drop column cohort", "columns ['cohort']"),
        ("alter table nrr.nrr_by_month alter month type integer", "types"),
        ("comment on column nrr.nrr_by_month.rate is 'A rate.'", "comment"),
        ("create table nrr.more (id varchar)", "nrr.more: only in one file"),
    ],
)
def test_a_planted_difference_is_found(tmp_path: Path, change: str, said: str) -> None:
    found = differences_of_files(
        company(tmp_path / "one.duckdb"), company(tmp_path / "other.duckdb", change)
    )
    assert any(said in line for line in found), found


@pytest.mark.parametrize(
    "change", ["", "update nrr.nrr_by_month set rate = rate * (1 + 3e-16) where month % 3 = 1"]
)
def test_the_same_company_is_the_same_to_ten_digits(tmp_path: Path, change: str) -> None:
    found = differences_of_files(
        company(tmp_path / "one.duckdb"), company(tmp_path / "other.duckdb", change)
    )
    assert found == []
