"""What goes wrong between a register and its extract: doubles, conflicts, strangers, codes and dates of no use."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from pipelines.synthetic.noise import Ints
from pipelines.synthetic.people import to_day
from pipelines.synthetic.world import World

OPEN_ENDS = (date(9999, 12, 31), date(2099, 12, 31), date(2099, 1, 1), date(1999, 12, 31))
"""Ways to write «open»; the last is what a two-digit year makes of the first."""
_ENDS = {
    "aap_vedtak": "til_dato",
    "innsatsgruppe": "til_dato",
    "tiltaksdeltakelse": "dato_til",
    "aktivitetsplan": "dato_til",
    "aktivitet": "dato_til",
}
_CODED = {
    "aap_vedtak": "vedtakstatuskode",
    "tiltaksdeltakelse": "deltakerstatuskode",
    "aktivitet": "aktivitetstatuskode",
    "meldekort": "mkskortkode",
}
# Above all ids the registers use, for rows that are copies gone astray; still ten digits at most, so that no id can be
# taken for a person's number.
_STRAY_KEY, _STRANGER = 3_000_000_000, 20_000_000


def damaged(extracts: dict[str, pl.DataFrame], world: World, month: date) -> dict[str, pl.DataFrame]:
    """The same extracts with the technical defects; their rates stay far below what gets a delivery refused."""
    return {name: _Damage(world, name, to_day(month)).done(rows) for name, rows in extracts.items()}


def _recoded(rows: pl.DataFrame, column: str, wider: pl.Enum) -> pl.DataFrame:
    """The same codes in an enum that begins with the ones there were."""
    return rows.with_columns(rows[column].to_physical().cat.to(wider).alias(column))


class _Damage:
    def __init__(self, world: World, name: str, first: int) -> None:
        self._noise, self._p, self._name, self._first = world.noise, world.parameters, name, first

    def done(self, rows: pl.DataFrame) -> pl.DataFrame:
        name, key = self._name, rows.columns[0]
        if name in _ENDS:
            rows = self._open_ends(rows, _ENDS[name])
        extra = [rows[self._some(rows, "duplikat")]]
        if name == "person":
            extra += [self._second_ids(rows), self._broken_numbers(rows)]
        elif name != "meldekort_dag":
            strangers = rows[self._some(rows, "ukjent_person")]
            if key.endswith("_id") and key != "person_id":
                strangers = strangers.with_columns(pl.col(key) + _STRAY_KEY)
            extra.append(strangers.with_columns(pl.col("person_id") + _STRANGER))
        if name in _ENDS:
            start = "fra_dato" if "fra_dato" in rows.columns else "dato_fra"
            conflicting = rows[self._some(rows, "motstridende")]
            extra.append(conflicting.with_columns(pl.col(start).dt.offset_by("1d")))
        if name in _CODED:
            column = _CODED[name]
            known = rows.schema[column].categories.to_list()  # type: ignore[attr-defined]
            wider = pl.Enum([*known, "X?"])
            rows, *extra = (_recoded(part, column, wider) for part in (rows, *extra))
            unknown = rows[self._some(rows, "ukjent_kode")]
            extra.append(unknown.with_columns(pl.col(key) + 2 * _STRAY_KEY, pl.lit("X?").cast(wider).alias(column)))
        return pl.concat([rows, *(part.select(rows.columns) for part in extra)])

    def _some(self, rows: pl.DataFrame, defect: str) -> Ints:
        """About the defect's share of the rows, but one at least; each at most once, in order."""
        count = min(max(round(rows.height * self._p.number(f"feil.{defect}")), 1), rows.height)
        numbers = np.arange(count, dtype=np.int64)
        drawn = self._noise.uniform(f"feil/{self._name}/{defect}", numbers, self._first)
        return np.unique(np.floor(drawn * rows.height).astype(np.int64))

    def _open_ends(self, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        """Some open ends written as one of the dates that mean «open»; the same row the same way every month."""
        given = rows[column]
        at = np.flatnonzero(given.is_null().to_numpy())
        u = self._noise.uniform(f"feil/aapen_slutt/{self._name}", rows[rows.columns[0]].to_numpy()[at])
        place = np.floor(u / self._p.number("feil.aapen_slutt") * len(OPEN_ENDS)).astype(np.int64)
        hit = place < len(OPEN_ENDS)
        if not hit.any():
            return rows
        return rows.with_columns(given.scatter(at[hit], pl.Series(OPEN_ENDS, dtype=pl.Date).gather(place[hit])))

    def _second_ids(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The same number under a lower person_id: marked as a duplicate, or still active."""
        person = rows["person_id"].to_numpy()
        twice = self._noise.below(self._p.number("feil.to_person_id"), "feil/to_person_id", person)
        again = rows[np.flatnonzero(twice)]
        marked = pl.when(pl.col("person_id") % 2 == 0).then(pl.lit("DUPLIKAT")).otherwise(pl.lit("AKTIV"))
        return again.with_columns(
            pl.col("person_id") - 1, person_id_status=marked.cast(rows.schema["person_id_status"])
        )

    def _broken_numbers(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Persons whose number has two digits swapped, so its check digits no longer hold."""
        broken = rows[self._some(rows, "ugyldig_nummer")]
        swapped = pl.col("fodselsnr").str.slice(0, 9) + pl.lit("00")
        return broken.with_columns(pl.col("person_id") + _STRANGER, fodselsnr=swapped)
