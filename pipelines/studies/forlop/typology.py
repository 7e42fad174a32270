"""A typology of courses: optimal matching on a sample, k-medoids, and everybody assigned to the nearest medoid.

The distance is optimal matching with indel 1 and constant substitution 2, that is, the indel distance: twice the
length less twice the longest common subsequence. Sequences are one letter a month for the first months, as
`sql/forlop/sekvenser.sql` gives them, with those who have left in a state of their own, so all are equally long.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from pipelines.model import sql
from pipelines.warehouse.tables import fill_whole

if TYPE_CHECKING:
    import kmedoids

MONTHS = sql.threshold("typologi_maaneder")
"""How long a course must have been followed, and how much of it is compared."""
SAMPLE = sql.threshold("typologi_utvalg")
"""Two such samples are drawn: one for the types, one to see whether another would have given the same."""
SMALLEST = sql.threshold("typologi_minst")
"""⟂ With fewer courses than this there is no typology: the tables are empty."""
TYPES = range(sql.threshold("typologi_faerrest_typer"), sql.threshold("typologi_flest_typer") + 1)
STATES = (
    *("passiv", "behandling", "arbeid", "arbeid+behandling"),
    *("tiltak", "tiltak+behandling", "tiltak+arbeid", "tiltak+arbeid+behandling", "ute"),
)
LETTERS = dict(zip("abcdefghu", STATES, strict=True))
WORDS = {
    "passiv": "uten aktivitet",
    "behandling": "behandling",
    "arbeid": "arbeid",
    "arbeid+behandling": "arbeid med behandling",
    "tiltak": "tiltak",
    "tiltak+behandling": "tiltak med behandling",
    "tiltak+arbeid": "tiltak og arbeid",
    "tiltak+arbeid+behandling": "tiltak og arbeid med behandling",
    "ute": "ute",
}
NEAREST = sql.threshold("typisk_prosent")
"""The percentage of a type, nearest its medoid, that its typical course is drawn from; never fewer than `FEWEST`."""
FEWEST = sql.threshold("typisk_minst")
"""A medoid is one person's course and is never shown; a typical course is that of at least so many."""
SHORTEST_STRETCH = 3
"""Months a state must last in the typical course to be part of the type's name …"""
MOST_STRETCHES = 3
"""… which has no more of them than this."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Typology:
    """`types`: number per course in the order given, from 0, the largest type first; `distance` to its medoid."""

    types: Ints
    distance: Ints
    silhouettes: dict[int, float]
    """Average silhouette in the sample by number of types."""
    rand: float
    """Adjusted Rand index between this and the typology of another sample, over all courses."""


def courses_of(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The courses that are long enough, in random order: person_key, forlop_nr and `sekvens`, a letter a month."""
    courses: pl.DataFrame = sql.relation(con, "forlop/sekvenser").pl()
    return courses


def write(con: duckdb.DuckDBPyConnection, courses: pl.DataFrame, found: Typology | None, kjoring_id: str) -> None:
    """Replace `klargjort.forlop_type` (a row for each of `courses`) and `statistikk.forlop_typer`."""
    types = found.types if found else np.empty(0, dtype=np.int64)
    assigned = courses[: len(types)].with_columns(
        type_nr=pl.Series(types + 1, dtype=pl.Int32),
        avstand=pl.Series(found.distance if found else types, dtype=pl.Int32),
    )
    typical = [
        typical_course(rows.sort("avstand", maintain_order=True))
        for rows in assigned.sort("type_nr").partition_by("type_nr")
    ]
    names = unique_names([name(course["tilstand"].to_list()) for course in typical])
    frames = {
        "forlop_type_rader": assigned,
        "forlop_type_navn": pl.DataFrame(
            {"type_nr": range(1, len(names) + 1), "navn": names}, schema={"type_nr": pl.Int32, "navn": pl.String}
        ),
        "forlop_type_typisk": pl.concat([TYPICAL.to_frame(), *typical]),
        "forlop_type_valg": choices(found),
    }
    for view, frame in frames.items():
        con.register(view, frame)
    fill_whole(con, "klargjort.forlop_type", "forlop/forlop_type", kjoring_id)
    fill_whole(con, "statistikk.forlop_typer", "forlop/forlop_typer", kjoring_id)
    for view in frames:
        con.unregister(view)


def typology(sequences: list[str]) -> Typology | None:
    """The types of all `sequences`, which come in random order: the first are the sample, the next the other one.

    The number of types is the one within `TYPES` with the highest average silhouette in the sample. None where
    there are fewer than `SMALLEST` sequences.
    """
    if len(sequences) < SMALLEST:
        return None
    import kmedoids  # noqa: PLC0415  (takes long where scikit-learn is installed, which it then imports)

    size = min(SAMPLE, len(sequences) // 2)
    distances = _distances(sequences[:size], sequences[:size])
    fits = _fits(distances, TYPES)
    silhouettes = {count: float(kmedoids.silhouette(distances, fit.labels, n_cpu=1)[0]) for count, fit in fits.items()}
    best = max(TYPES, key=lambda count: (round(silhouettes[count], 9), -count))
    types, nearest = _assign(sequences, [sequences[place] for place in fits[best].medoids])

    others = sequences[size : 2 * size]
    again = _fits(_distances(others, others), range(best, best + 1))[best]
    other_types, _ = _assign(sequences, [others[place] for place in again.medoids])
    return Typology(types, nearest, silhouettes, adjusted_rand(types, other_types))


def adjusted_rand(one: Ints, other: Ints) -> float:
    """How far two partitions of the same things agree: 1 when they are the same, 0 on average when they are unrelated.

    Of all pairs of things, those that are together in both, adjusted for chance (Hubert and Arabie, Comparing
    Partitions, Journal of Classification 2, 1985). Partitions that can only agree (all things apart, or all together)
    do.
    """
    in_both = np.bincount(one * (other.max() + 1) + other)
    both, in_one, in_other = (_pairs(counts) for counts in (in_both, np.bincount(one), np.bincount(other)))
    by_chance = in_one * in_other / _pairs(np.array([len(one)]))
    most = (in_one + in_other) / 2
    return 1.0 if most == by_chance else (both - by_chance) / (most - by_chance)


def _pairs(counts: Ints) -> int:
    return int((counts * (counts - 1) // 2).sum())


def _fits(distances: NDArray[np.int32], counts: range) -> dict[int, kmedoids.KMedoidsResult]:
    """k-medoids for each number of types. BUILD is greedy: what it begins few types with, it begins many with too."""
    import kmedoids  # noqa: PLC0415

    begin = kmedoids.pam_build(distances, counts[-1]).medoids.astype(np.uint64)
    return {count: kmedoids.fasterpam(distances, begin[:count], n_cpu=1) for count in counts}


def _distances(first: list[str], second: list[str]) -> NDArray[np.int32]:
    return cdist(first, second, scorer=Indel.distance, dtype=np.uint8, workers=1).astype(np.int32)


def _assign(sequences: list[str], medoids: list[str]) -> tuple[Ints, Ints]:
    """The nearest medoid of every sequence (the first of equally near ones), largest type first, and how near."""
    different, which = np.unique(np.array(sequences), return_inverse=True)
    distances = _distances(different.tolist(), medoids)
    nearest = distances.argmin(axis=1)[which]
    order = np.argsort(-np.bincount(nearest, minlength=len(medoids)), kind="stable")
    return np.argsort(order)[nearest], distances.min(axis=1)[which].astype(np.int64)


TYPICAL = pl.Schema(
    {"type_nr": pl.Int32, "maaned_nr": pl.Int32, "tilstand": pl.String, "antall": pl.Int64, "nevner": pl.Int64}
)


def typical_course(rows: pl.DataFrame) -> pl.DataFrame:
    """The most common state each month among the courses nearest a type's medoid, and how many are in it.

    `rows` are the type's courses, the nearest first. Everybody as near as the last one counted is counted too.
    """
    wanted = min(rows.height, max(FEWEST, rows.height * NEAREST // 100))
    near = rows.filter(pl.col("avstand") <= rows["avstand"][wanted - 1])["sekvens"]
    letters = np.array([list(sequence) for sequence in near])
    counts = np.stack([(letters == letter).sum(axis=0) for letter in LETTERS])
    most = counts.argmax(axis=0)
    return pl.DataFrame(
        {
            "type_nr": [rows["type_nr"][0]] * MONTHS,
            "maaned_nr": range(1, MONTHS + 1),
            "tilstand": [STATES[state] for state in most],
            "antall": counts.max(axis=0),
            "nevner": [len(near)] * MONTHS,
        },
        schema=TYPICAL,
    )


def name(states: list[str]) -> str:
    """A type by what its typical course contains: «Uten aktivitet, så behandling, ute fra måned 18».

    The states are those that last three months or more, at most the three longest, in their order.
    """
    stretches = [(len(list(same)), state) for state, same in groupby(states) if state != "ute"]
    longest = sorted((months for months, _ in stretches if months >= SHORTEST_STRETCH), reverse=True)[:MOST_STRETCHES]
    kept = [state for months, state in stretches if longest and months >= longest[-1]]
    words = [WORDS[state] for state, _ in groupby(kept)]
    text = f"{words[0]} hele tiden" if len(words) == 1 and "ute" not in states else ", så ".join(words)
    if "ute" in states:
        left = f"ute fra måned {states.index('ute') + 1}"
        text = f"{text}, {left}" if text else left
    return text[:1].upper() + text[1:]


def unique_names(names: list[str]) -> list[str]:
    """The names, with a number after those that occur more than once."""
    return [
        f"{name} ({1 + names[:place].count(name)})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]


def choices(found: Typology | None) -> pl.DataFrame:
    """How the number of types was chosen, and how stable they are: rows `silhuett`, `justert_randindeks`."""
    rows = [("silhuett", str(count), value) for count, value in found.silhouettes.items()] if found else []
    rows += [("justert_randindeks", "alle", found.rand)] if found else []
    return pl.DataFrame(rows, schema={"mal": pl.String, "gruppe": pl.String, "verdi": pl.Float64}, orient="row")
