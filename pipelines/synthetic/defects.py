"""What goes wrong between a register and its extract: doubles, conflicts, strangers, codes and dates nobody can use."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from pipelines.synthetic.noise import Ints
from pipelines.synthetic.persons import Identities
from pipelines.synthetic.world import World

_OPEN_ENDS = (date(9999, 12, 31), date(2099, 12, 31), date(2099, 1, 1), date(1999, 12, 31))
_END_COLUMNS = {"aap_vedtak": "til_dato", "innsatsgruppe": "til_dato", "tiltaksdeltakelse": "dato_til",
                "aktivitetsplan": "dato_til", "aktivitet": "dato_til"}  # fmt: skip


class Defects:
    """Rates are of rows; they stay far below what makes a delivery refused (1 percent of an extract)."""

    def __init__(self, world: World, ids: Identities) -> None:
        self._world, self._ids = world, ids

    def applied(self, extracts: dict[str, pl.DataFrame], month: date, first: int, last: int) -> dict[str, pl.DataFrame]:
        return {name: self._one(name, rows, first) for name, rows in extracts.items()}

    def _chosen(self, name: str, rows: int, share: float, first: int, turn: int) -> Ints:
        """About `share` of the rows, none of them twice, in order."""
        count = round(rows * share)
        numbers = np.arange(count, dtype=np.int64)
        drawn = self._world.noise.uniform(f"feil/{name}/{turn}", numbers, first)
        return np.unique(np.floor(drawn * rows).astype(np.int64))

    def _one(self, name: str, rows: pl.DataFrame, first: int) -> pl.DataFrame:
        p = self._world.parameters
        if name in _END_COLUMNS:
            rows = self._open_ends(name, rows, _END_COLUMNS[name], first)
        doubled = self._chosen(name, rows.height, p.number("feil.duplikat"), first, 0)
        extra = [rows[doubled]]
        if name == "person":
            extra.append(self._second_ids(rows, first))
        elif name != "meldekort_dag":
            strangers = rows[self._chosen(name, rows.height, p.number("feil.ukjent_person"), first, 1)]
            key = rows.columns[0]
            if strangers.schema[key] == pl.Int64 and key != "person_id":
                strangers = strangers.with_columns(pl.col(key) + 900_000_000_000)
            extra.append(strangers.with_columns(person_id=pl.col("person_id") + 500_000_000))
        if name in ("aktivitet", "tiltaksdeltakelse", "innsatsgruppe", "aap_vedtak"):
            conflict = rows[self._chosen(name, rows.height, p.number("feil.motstridende"), first, 2)]
            column = "fra_dato" if "fra_dato" in conflict.columns else "dato_fra"
            extra.append(conflict.with_columns(pl.col(column).dt.offset_by("1d")))
        return pl.concat([rows, *(e.select(rows.columns) for e in extra)])

    def _open_ends(self, name: str, rows: pl.DataFrame, column: str, first: int) -> pl.DataFrame:
        """An open end written as one of the dates that mean «open»."""
        which = np.arange(rows.height, dtype=np.int64)
        u = self._world.noise.uniform(f"feil/slutt/{name}", which, 1)
        share = self._world.parameters.number("feil.aapen_slutt")
        place = np.minimum((u / share * 4).astype(np.int64), 4)
        dates = pl.Series("d", [*_OPEN_ENDS, None], dtype=pl.Date).gather(place)
        return rows.with_columns(pl.col(column).fill_null(dates))

    def _second_ids(self, rows: pl.DataFrame, first: int) -> pl.DataFrame:
        """Persons registered twice: a lower person_id with the same number, marked as a duplicate or still active."""
        share = self._world.parameters.number("feil.to_person_id")
        again = rows.filter((pl.col("person_id") // 3 % 1000) < round(1000 * share))
        return again.with_columns(
            pl.col("person_id") - 1,
            person_id_status=pl.when(pl.col("person_id") % 2 == 0)
            .then(pl.lit("DUPLIKAT"))
            .otherwise(pl.lit("AKTIV"))
            .cast(rows.schema["person_id_status"]),
        )
