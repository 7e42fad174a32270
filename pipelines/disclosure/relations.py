"""What a reader can add up of the cells of a publication, as the tables declare it (`sammenhenger`).

    deler     variables whose values share out the size of a group
    fra_til   variables whose values share out each state they go from
    unioner   four measures of which the first two are together the third and the fourth
    motsatt   two measures that together are everyone
    inni      measures inside others
    nostet    populations inside each other, the widest first
    levetabell   who had begun, who had left without, and who were at risk
    typer     the measure that shares out a group on types

Groups share out everyone, and crossed groups each of their groups. A relation is a sum of cells with signs that lies
between two numbers. Only what is true is kept: a relation that does not hold is none a reader could use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from pipelines.disclosure.cells import Cells
from pipelines.disclosure.layout import SHARE, Layout, layouts

INF = np.inf
ROW, CELL, SIGN = "_rad", "_celle", "_fortegn"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Relations:
    """`matrix` @ cells lies between `low` and `high`, one row a relation."""

    matrix: sparse.csr_array
    low: Floats
    high: Floats


def relations(cells: Cells) -> Relations:
    """Everything a reader can add up of the cells."""
    truth = cells.frame["antall"].to_numpy().astype(np.float64)
    frames, equal = [], []
    for table, rows in cells.rows.items():
        for terms, sums in _of_table(rows, layouts()[table]):
            if terms.height:
                frames.append(terms)
                equal.append(sums)
    return _assembled(frames, equal, truth)


def _assembled(frames: list[pl.DataFrame], equal: list[bool], truth: Floats) -> Relations:
    """The relations of frames of terms (relation, cell, sign): equal to nothing where they may be and are, else at most
    nothing where that is so."""
    offset = 0
    parts: list[pl.DataFrame] = []
    sums: list[bool] = []
    for terms, may_be_equal in zip(frames, equal, strict=True):
        numbered = terms.select(pl.col(ROW).rank("dense").cast(pl.Int64) - 1 + offset, CELL, SIGN)
        offset = int(numbered[ROW].max()) + 1  # type: ignore[arg-type]
        parts.append(numbered)
        sums += [may_be_equal] * (offset - len(sums))
    if not parts:
        return Relations(sparse.csr_array((0, len(truth))), np.empty(0), np.empty(0))
    terms = pl.concat([part.cast({ROW: pl.Int64, CELL: pl.Int64, SIGN: pl.Float64}) for part in parts])
    matrix = sparse.csr_array(
        (terms[SIGN].to_numpy(), (terms[ROW].to_numpy(), terms[CELL].to_numpy())), shape=(offset, len(truth))
    )
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    value = matrix @ truth
    is_sum = np.array(sums) & (value == 0)
    kept = (is_sum | (value <= 0)) & (np.diff(matrix.indptr) > 1)
    low = np.where(is_sum, 0.0, -INF)
    return Relations(sparse.csr_array(matrix[kept]), low[kept], np.zeros(int(kept.sum())))


Terms = tuple[pl.DataFrame, bool]
"""Terms of relations, and whether each adds up to nothing (else to nothing at most)."""


def _of_table(rows: pl.DataFrame, layout: Layout) -> Iterator[Terms]:
    told = layout.sammenhenger
    if not told:
        return
    place = [*layout.perioder, *(name for name in layout.navn)]
    period = list(layout.perioder)
    if {"gruppering", "gruppe"} <= set(layout.navn):
        yield from _groups(rows, [*period, *(n for n in layout.navn if n not in ("gruppering", "gruppe"))])
    yield _shared_out(rows, place, told.get("deler", []), told.get("fra_til", [])), True
    for first, second, either, both in told.get("unioner", []):
        signs = {first: 1.0, second: 1.0, either: -1.0} | ({both: -1.0} if both else {})
        if both:
            yield _bound(rows, place, signs), True
        else:
            yield _bound(rows, place, {mal: -sign for mal, sign in signs.items()}), False
    for inner, outers in told.get("inni", {}).items():
        for outer in outers:
            yield _bound(rows, place, {inner: 1.0, outer: -1.0}), False
    for pair in told.get("motsatt", []):
        yield _with_size(rows.filter(pl.col("mal").is_in(pair)), place, 2), True
    for column, order in told.get("nostet", {}).items():
        yield _nested(rows, [name for name in [*place, "mal"] if name != column], column, order), False
    if "levetabell" in told:
        yield from _life_tables(rows, [name for name in place if name != "maaned_nr"], told["levetabell"])
    if "typer" in told:
        sizes = rows.filter(pl.col("mal") == told["typer"])
        yield _with_size(sizes, [*period, "gruppering", "gruppe"]), True
    # Those counted are among those they are counted among.
    among = rows.filter(pl.col("_slag_") == SHARE) if "_slag_" in rows.columns else rows
    if "storrelse" in among.columns:
        yield _each_inside(among), False


def _numbered(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return (
        rows.with_columns(pl.struct(by).rank("dense").cast(pl.Int64).alias(ROW))
        if by
        else rows.with_columns(pl.lit(1, pl.Int64).alias(ROW))
    )


def _parts_and(rows: pl.DataFrame, whole: str, part: str = "celle") -> pl.DataFrame:
    """Terms of rows numbered by `_rad`: their parts, less the whole of each."""
    parts = rows.select(ROW, pl.col(part).alias(CELL), pl.lit(1.0).alias(SIGN)).unique()
    wholes = rows.select(ROW, pl.col(whole).alias(CELL), pl.lit(-1.0).alias(SIGN)).unique()
    return pl.concat([parts, wholes]).drop_nulls()


def _shared_out(rows: pl.DataFrame, place: list[str], variables: list[str], from_to: list[str]) -> pl.DataFrame:
    variable = pl.col("mal").str.split("=").list.first()
    named = rows.with_columns(
        _variabel=pl.when(variable.is_in(from_to)).then(pl.col("mal").str.split(">").list.first()).otherwise(variable)
    ).filter(variable.is_in([*variables, *from_to]), pl.col("mal").str.contains("="))
    return _parts_and(_numbered(named, [*place, "_variabel"]), "storrelse")


def _with_size(rows: pl.DataFrame, place: list[str], members: int | None = None) -> pl.DataFrame:
    if members:
        rows = rows.filter(pl.len().over(place) == members) if rows.height else rows
    return _parts_and(_numbered(rows, place), "storrelse")


def _bound(rows: pl.DataFrame, place: list[str], signs: dict[str, float]) -> pl.DataFrame:
    found = rows.filter(pl.col("mal").is_in(list(signs)))
    found = found.filter(pl.len().over(place) == len(signs)) if found.height else found
    found = _numbered(found, place)
    return found.select(
        ROW, pl.col("celle").alias(CELL), pl.col("mal").replace_strict(signs, return_dtype=pl.Float64).alias(SIGN)
    )


def _groups(rows: pl.DataFrame, period: list[str]) -> Iterator[Terms]:
    """Groups add up to everyone, crossed groups to each of their groups; counts and sizes alike."""
    crossed = pl.col("gruppering").str.contains("*", literal=True)
    names, values = pl.col("gruppering").str.split("*"), pl.col("gruppe").str.split("*")
    plain = rows.filter(~crossed, pl.col("gruppering") != "alle").with_columns(
        _over=pl.lit("alle"), _overgruppe=pl.lit("alle")
    )
    pairs = rows.filter(crossed)
    splits = [pairs.with_columns(_over=names.list.get(at), _overgruppe=values.list.get(at)) for at in (0, 1)]
    above = [*period, "mal", "_over", "_overgruppe"]
    for parts in (plain, *splits):
        for column in ("celle", "storrelse"):
            if column not in rows.columns or parts.is_empty():
                continue
            wholes = rows.select(
                *period,
                "mal",
                pl.col("gruppering").alias("_over"),
                pl.col("gruppe").alias("_overgruppe"),
                pl.col(column).alias("_hel"),
            )
            found = parts.join(wholes, on=above, nulls_equal=True).drop_nulls([column, "_hel"])
            numbered = _numbered(found, [*above, "gruppering"])
            if column == "storrelse":  # the same sizes stand beside every measure
                alike = numbered.group_by(ROW).agg(pl.col(column).unique().sort(), pl.col("_hel").first())
                kept = alike.unique([column, "_hel"], keep="first", maintain_order=False)[ROW]
                numbered = numbered.filter(pl.col(ROW).is_in(kept.implode()))
            yield _parts_and(numbered, "_hel", column), True


def _each_inside(rows: pl.DataFrame) -> pl.DataFrame:
    pairs = rows.filter(pl.col("celle") != pl.col("storrelse")).select("celle", "storrelse").unique()
    return _parts_and(pairs.with_row_index(ROW), "storrelse")


def _nested(rows: pl.DataFrame, place: list[str], column: str, order: list[str]) -> pl.DataFrame:
    ranked = rows.with_columns(
        _nr=pl.col(column).replace_strict({name: nr for nr, name in enumerate(order)}, default=None)
    )
    pairs = ranked.join(
        ranked.with_columns(_nr=pl.col("_nr") + 1), on=[*place, "_nr"], nulls_equal=False, suffix="_ytre"
    )
    return _parts_and(pairs.with_row_index(ROW), "celle_ytre")


def _life_tables(rows: pl.DataFrame, table: list[str], families: list[str]) -> Iterator[Terms]:
    """Who have begun, and who have left, only grow; at risk in the next month is nobody who was not, or has gone."""
    family, event = (pl.col("mal").str.split("=").list.get(at, null_on_oob=True) for at in (0, 1))
    monthly = rows.with_columns(_familie=family, _hendelse=event).filter(
        pl.col("_familie").is_in(families), pl.col("maaned_nr").is_not_null()
    )
    if monthly.is_empty():
        return
    begun, left, risk = families
    key = [*table, "_hendelse", "maaned_nr"]
    wide = monthly.filter(_familie=risk).select(*key, risiko="celle")
    for name, alias in ((begun, "begynt"), (left, "sluttet")):
        wide = wide.join(
            monthly.filter(_familie=name).select(*key, pl.col("celle").alias(alias)),
            on=key,
            how="left",
            nulls_equal=True,
        )
    following = wide.with_columns(maaned_nr=pl.col("maaned_nr") - 1)
    pairs = wide.join(following, on=key, nulls_equal=True, suffix="_neste").with_row_index(ROW)

    def terms(signs: dict[str, float]) -> pl.DataFrame:
        return pl.concat(
            [pairs.select(ROW, pl.col(name).alias(CELL), pl.lit(sign).alias(SIGN)) for name, sign in signs.items()]
        ).drop_nulls()

    yield terms({"begynt": 1.0, "begynt_neste": -1.0}), False
    yield terms({"sluttet": 1.0, "sluttet_neste": -1.0}), False
    yield terms({"risiko_neste": 1.0, "risiko": -1.0}), False
    # Who begins or leaves in a month was at risk in it, and is not in the next.
    before = wide.with_columns(maaned_nr=pl.col("maaned_nr") + 1).drop("risiko")
    three = wide.join(following.select(*key, risiko_neste="risiko"), on=key, nulls_equal=True)
    three = three.join(before, on=key, how="left", nulls_equal=True, suffix="_for").with_row_index(ROW)
    signs = {
        "risiko_neste": 1.0,
        "risiko": -1.0,
        "begynt": 1.0,
        "begynt_for": -1.0,
        "sluttet": 1.0,
        "sluttet_for": -1.0,
    }
    yield (
        pl.concat(
            [three.select(ROW, pl.col(n).alias(CELL), pl.lit(s).alias(SIGN)) for n, s in signs.items()]
        ).drop_nulls(),
        False,
    )
