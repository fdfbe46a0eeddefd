"""The benchmarks measure what they say, at a size at which nothing is worth measuring."""

from __future__ import annotations

from pathlib import Path

from benchmarks.curves import draw, points
from benchmarks.landing import land_file, read_bare, write_files
from benchmarks.lines import Line, as_documents, as_table
from benchmarks.measuring import Cost, median_cost


def test_landing_and_a_bare_read_are_measured_each_in_a_process_of_its_own(tmp_path: Path) -> None:
    *_, parquet = write_files(tmp_path, 100)
    for work in (read_bare, land_file):
        cost = median_cost(work, parquet, tmp_path / "warehouse")
        assert 0 < cost.cpu < 60 and cost.peak > 10


def test_the_ratio_is_that_of_the_cpu_seconds(tmp_path: Path) -> None:
    run = Line("run", "flywheel run", 100, Cost(3, 9, 500), "its SQL, bare", Cost(2, 9, 400), 1.25)
    copied = Line("run", "its SQL, bare", 100, Cost(2, 9, 400), "landed rows copied", Cost(1, 1, 9))
    assert as_table([run, copied], 1).row_count == 2
    documents = as_documents([run, copied])
    assert [document["ratio"] for document in documents] == [1.5, 2]
    assert {point["what"]: point["seconds"] for point in points(documents)} == {
        "flywheel run": 3,
        "its SQL alone": 2,
        "landed rows copied": 1,
    }
    assert draw(points(documents)).startswith("<svg")
