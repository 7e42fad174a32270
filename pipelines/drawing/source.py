"""What a figure's source line is put together from: whose register, which months, which run, how many cards.

`style.source_line` sets the parts after each other. Nothing else in `figures` but the modules that choose what a
figure is drawn of reads a database.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import duckdb
import polars as pl

from pipelines.base import bokmaal
from pipelines.base.months import month_name
from pipelines.disclosure import Results
from pipelines.drawing import labels, style

# No counts of persons: needs no disclosure control.
SYNTHETIC = """
select min(syntetisk_andel) from kontroll.opphav
where leveranse between $1 and $2 and syntetisk_andel is not null
"""


def synthetic_share(con: duckdb.DuckDBPyConnection, first: date, last: date) -> float | None:
    """The share of the population the deliveries of the months were drawn with; None for a real register."""
    found = con.execute(SYNTHETIC, [month_name(first), month_name(last)]).fetchall()[0][0]
    return None if found is None else float(found)


def register(con: duckdb.DuckDBPyConnection, first: date | None, last: date | None) -> str:
    """How the source line begins: «Syntetisk register (10 prosent).», and nothing for a real register."""
    share = None if first is None or last is None else synthetic_share(con, first, last)
    if share is None:
        return ""
    return f"Syntetisk register ({bokmaal.prosent_uavrundet(share)})."


def span(first: date, last: date) -> tuple[str, str]:
    """The months in words and as deliveries: («mars 2010–oktober 2016», «2010-03–2016-10»)."""
    if first == last:
        return bokmaal.maaned(first), month_name(first)
    return f"{bokmaal.maaned(first)}–{bokmaal.maaned(last)}", f"{month_name(first)}–{month_name(last)}"


def run(data: pl.DataFrame) -> str | None:
    """The run the numbers were made in, where the data says it and there is one."""
    if "kjoring_id" not in data.columns:
        return None
    runs = data["kjoring_id"].drop_nulls().unique()
    return str(runs[0]) if len(runs) == 1 else None


def coverage(everyone: pl.DataFrame) -> str:
    """How many of a month's recipients sent the card that tells of work, as a sentence.

    «Meldekort: 91,2 prosent mottatt, 3,1 prosent ikke spurt, 5,7 prosent mangler.» Empty when nothing is known.
    """
    rows = {row["mal"]: row for row in everyone.iter_rows(named=True)}
    shown, hidden = [], []
    for code in labels.order("meldekort_status"):
        row = rows.get(f"meldekort_status={code}")
        name = labels.navn(code, "meldekort_status").lower()
        if row and row["andel"] is not None:
            shown.append(f"{bokmaal.prosent(row['andel'])} {name}")
        elif row and row["skjult"]:
            hidden.append(name)
    parts = [", ".join(shown)] if shown else []
    parts += [f"skjult: {bokmaal.ramse(hidden)}"] if hidden else []
    return f"Meldekort: {'; '.join(parts)}." if parts else ""


def coverage_span(rows: pl.DataFrame) -> str:
    """The lowest and highest share of the recipients that sent their card, over years or months, as a sentence."""
    shares = rows.filter(pl.col("mal") == "meldekort_status=mottatt")["andel"].drop_nulls()
    if shares.is_empty():
        return ""
    low, high = (style.percent(share) for share in (shares.min(), shares.max()))  # type: ignore[arg-type]
    said = low if low == high else f"{low}–{high}"
    return f"Mottakere med mottatt meldekort: {said} prosent."


def coverage_of(results: Results, months: Collection[date]) -> str:
    """`coverage_span` of the months there are results of."""
    wanted: Sequence[date] = sorted(months)
    return coverage_span(
        results("statistikk.tverrsnitt", maaned=wanted, mal="meldekort_status=mottatt", gruppering="alle")
    )


def coverage_in(results: Results, month: date) -> str:
    """`coverage` of a month."""
    return coverage(results("statistikk.tverrsnitt", maaned=month, gruppering="alle"))
