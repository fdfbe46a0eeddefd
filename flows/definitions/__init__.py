"""Checks what the company means by its words, before anything is built.

`check_definitions` reads `seeds/definitions` and the vars of dbt_project.yml. What cannot work is
refused (exit status 2) with file, row, column, value and the nearest name there is; what only looks
odd comes back as a warning.
"""

from __future__ import annotations

from flows.definitions.reading import read_tables
from flows.definitions.rules import check_rules
from flows.definitions.variables import check_variables
from flows.problems import Refused
from flows.project import Project

SHOWN = 20


def check_definitions(project: Project) -> list[str]:
    """Refuse definitions that cannot work; return the warnings."""
    tables, findings = read_tables(project.definitions)
    if not any(finding.is_fatal and finding.row is None for finding in findings):
        # with a file or a column missing, these would only say the same again in other words
        findings += check_rules(tables)
    findings += check_variables(project.variables, tables)
    fatal = [str(finding) for finding in findings if finding.is_fatal]
    if fatal:
        more = [f"... and {len(fatal) - SHOWN} more"] if len(fatal) > SHOWN else []
        raise Refused(
            f"{len(fatal)} definitions or settings cannot work."
            if len(fatal) > 1
            else "A definition or setting cannot work.",
            detail=fatal[:SHOWN] + more,
            where=str(project.definitions),
            remedy="Mend the cells named above; row 1 is the first row below the heading.",
        )
    return [str(finding) for finding in findings]
