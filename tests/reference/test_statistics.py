"""The distributions in SQL agree with scipy to 1e-6 wherever the warehouse may ask for them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pytest
from scipy import special, stats

MACROS = Path(__file__).resolve().parents[2] / "macros" / "statistics"
DEGREES = [1, 1.1, 1.5, 2, 2.7, 3, 4.4, 5, 8, 13.3, 30, 77, 400, 12_345.6, 1e7]


@pytest.fixture(scope="module")
def evaluate():
    """Evaluates an expression made by the macros over columns of numbers."""
    macros = "".join(path.read_text() for path in sorted(MACROS.glob("*.sql")))

    def run(call: str, **columns: np.ndarray) -> np.ndarray:
        expression = jinja2.Environment().from_string(f"{macros}{{{{ {call} }}}}").render().strip()
        with duckdb.connect() as connection:
            connection.register("given", {"row": np.arange(len(columns["x"])), **columns})
            return connection.execute(
                f"select {expression} as result from given order by row"
            ).fetchnumpy()["result"]

    return run


def grid(*axes: np.ndarray | list[float]) -> list[np.ndarray]:
    return [axis.ravel() for axis in np.meshgrid(*(np.asarray(axis, float) for axis in axes))]


def test_normal_cdf(evaluate) -> None:
    x = np.linspace(-40, 40, 100_001)
    assert np.abs(evaluate("normal_cdf('x')", x=x) - stats.norm.cdf(x)).max() < 1e-14


def test_normal_quantile(evaluate) -> None:
    p = np.concatenate([np.logspace(-300, -1, 3_000), np.linspace(0.001, 0.999_999, 9_001)])
    expected = stats.norm.ppf(p)
    found = evaluate("normal_quantile('x')", x=p)
    assert np.allclose(found, expected, rtol=1e-8, atol=1e-8)


def test_gamma_ratio(evaluate) -> None:
    z = np.logspace(np.log10(8), 4, 2_000)
    expected = np.exp(special.gammaln(z + 0.5) - special.gammaln(z))
    assert np.allclose(evaluate("gamma_ratio('x')", x=z), expected, rtol=1e-8)


def test_student_t_cdf_and_tail(evaluate) -> None:
    wide = np.concatenate([np.linspace(-60, 60, 2_401), [-1e6, -1e3, 1e3, 1e6]])
    t, df = grid(wide, DEGREES)
    assert (
        np.abs(evaluate("student_t_cdf('x', 'df')", x=t, df=df) - stats.t.cdf(t, df)).max() < 1e-8
    )
    tail = evaluate("student_t_tail('x', 'df')", x=t, df=df)
    assert np.abs(tail - 2 * stats.t.sf(np.abs(t), df)).max() < 1e-8


def test_student_t_deviate_in_two_steps_from_the_guess(evaluate) -> None:
    confidence, df = grid([0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999], DEGREES)
    z = evaluate("two_sided_deviate('x')", x=confidence)
    assert np.allclose(z, stats.norm.isf((1 - confidence) / 2), rtol=1e-8)
    guess = evaluate("student_t_guess('x', 'df')", x=z, df=df)
    nearer = evaluate("student_t_step('x', 'c', 'df')", x=guess, c=confidence, df=df)
    nearest = evaluate("student_t_step('x', 'c', 'df')", x=nearer, c=confidence, df=df)
    assert np.allclose(nearest, stats.t.isf((1 - confidence) / 2, df), rtol=1e-6)


def test_chi_square_survival(evaluate) -> None:
    x, df = grid(np.concatenate([np.linspace(0, 150, 1_501), [1e3, 1e6]]), range(1, 32))
    found = evaluate("chi_square_survival('x', 'cast(df as bigint)')", x=x, df=df)
    assert np.abs(found - stats.chi2.sf(x, df)).max() < 1e-13
