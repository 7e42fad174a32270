"""A publication from beginning to end: audited, rounded, and written in the ledger before it is moved into place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.base.errors import AktivitetError
from pipelines.base.files import csv_text, write_private
from pipelines.base.home import Home
from pipelines.disclosure import ledger
from pipelines.disclosure.audit import Audited, audit
from pipelines.disclosure.cells import Parts
from pipelines.disclosure.rounding import of_home, using

AUDIT = "sdc.csv"
DELIVERED = """
select leveranse, uttrekk, arg_max(sha256, lastet_tid) from kontroll.leveranse
where leveranse in (select unnest($1)) group by all order by all
"""


class Revised(AktivitetError):
    """A report that has been published would be published again of other deliveries."""


@dataclass(frozen=True)
class Publication:
    """What is about to be published. `revised`: in place of an edition of other deliveries."""

    home: Home
    name: str
    snapshot: str
    deliveries: str
    audited: Audited
    revised: bool

    def record(self, folder: Path) -> None:
        """Write in the ledger that `folder`, which is whole, is published. Before it is moved: a report that stands in
        place is always in the ledger."""
        rounding = self.audited.rounding
        ledger.record(
            self.home.reports,
            self.name,
            snapshot=self.snapshot,
            key=rounding.fingerprint,
            deliveries=self.deliveries,
            folder=folder,
            cells=self.audited.cells,
            kept=rounding.overrides,
        )

    def write_audit(self, folder: Path) -> Path:
        """`sdc.csv`: cells, least and median width of those of 1–4, overrides."""
        return write_private(folder / AUDIT, csv_text(self.audited.summary).encode())


@contextmanager
def publishing(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    name: str,
    snapshot: str,
    deliveries: Sequence[str],
    parts: Parts,
    *,
    revised: bool | None = None,
) -> Iterator[Publication]:
    """Everything published inside is rounded so that the audit of `parts` finds nothing too narrow.

    `revised`: whether a report that was published of other deliveries may be; None where the caller need not know.
    Raises Revised where it is not, Revealing where no rounding is safe, and AktivitetError for another key than that of
    earlier reports.
    """
    rounding = of_home(home)
    ledger.same_series(home.reports, rounding.fingerprint)
    digest = ledger.digest(con.execute(DELIVERED, [list(deliveries)]).fetchall())
    revises = ledger.revises(home.reports, name, digest)
    if revises and revised is False:
        raise Revised(
            f"The report {name} has been published, and its deliveries are others now. Both can be compared, person by"
            " person where few have changed: give --revidert if it must be published again."
        )
    audited = audit(con, parts, rounding, ledger.earlier(home.reports))
    with using(audited.rounding):
        yield Publication(home, name, snapshot, digest, audited, revises)


@contextmanager
def inside(home: Home) -> Iterator[None]:
    """Everything asked for inside is exact: for inside use, and never for `reports/`."""
    with using(of_home(home, exact=True)):
        yield
