"""The door: every row of a delivery ends in exactly one place, and nothing after it knows who anyone is.

read = loaded + duplicate + sheltered + quarantined, for each extract and delivery, on record in
`kontroll.leveranse` for ever (contracts.md, «At the door»). The caller owns the transaction: a refusal is
raised before anything is committed, so it leaves the warehouse as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

from pipelines import identity, judging, sql
from pipelines.contracts import Contract, contracts
from pipelines.deliveries import MANIFEST, DeliveredFile, Delivery, Form, extra_columns, read_manifest
from pipelines.errors import AktivitetError, DeliveryRefused, Refusal
from pipelines.reading import scan
from pipelines.staging import LEAST_TO_REFUSE_A_COLUMN, ROW_MASK, select_rows

ROWS_AT_A_TIME = 4_000_000
"""Rows staged in memory at once; about 0.5 GB for the widest extract."""

Batch = list[tuple[Delivery, DeliveredFile]]
Progress = Callable[[str, int, int], None]
"""Called with (the extract being read, files done, files in all)."""


def load(
    con: duckdb.DuckDBPyConnection,
    deliveries: Sequence[Delivery],
    key: bytes,
    progress: Progress = lambda *_: None,
) -> None:
    """Load the deliveries, each replacing whole what its month held before.

    Raises DeliveryRefused, with the reasons of every delivery, when one cannot be taken in.
    """
    gate = _Gate(con, deliveries, key)
    done, in_all = 0, len(deliveries) * len(contracts())
    for contract in contracts().values():
        for batch in gate.batches(contract):
            progress(contract.name, done, in_all)
            gate.take(contract, batch)
            done += len(batch)
    gate.close()


class _Gate:
    """One passage through the door: which persons and cards were let in, and what was refused."""

    def __init__(self, con: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery], key: bytes) -> None:
        self.con = con
        self.deliveries = sorted(deliveries, key=lambda delivery: delivery.month)
        self.parameters: dict[str, Any] = {
            **identity.hmac_pads(key),
            "tid": datetime.now(UTC),
            "radmaske": ROW_MASK,
        }
        self.files: dict[str, Any] = {}
        self.refusals: list[Refusal] = []
        self.codes = self._codes()
        months = [delivery.month for delivery in deliveries]
        names = [delivery.name for delivery in deliveries]
        for contract in contracts().values():
            con.execute(f"delete from kilde.{contract.name} where maaned in (select unnest($1))", [months])
        for table in ("karantene.rader", "kontroll.ekstra_kolonne", "kontroll.opphav"):
            con.execute(f"delete from {table} where leveranse in (select unnest($1))", [names])
        for delivery in deliveries:
            con.execute("insert into kontroll.opphav values ($1, $2, $3)", [delivery.name, *delivery.synthetic])
        con.execute(judging.PERSONER)
        con.execute(judging.KORT)

    def batches(self, contract: Contract) -> Iterator[Batch]:
        """Files of the extract, in order of month, as many at a time as fit in memory."""
        batch: Batch = []
        rows = 0
        for delivery in self.deliveries:
            file = next(f for f in delivery.files if f.extract == contract.name)
            if batch and rows + file.rows_about > ROWS_AT_A_TIME:
                yield batch
                batch, rows = [], 0
            batch.append((delivery, file))
            rows += file.rows_about
        if batch:
            yield batch

    def take(self, contract: Contract, batch: Batch) -> None:
        """Judge, count and let in the rows of a batch.

        Refusals are collected, so that all are shown together; only an unreadable file is raised at once.
        """
        try:
            rows, self.files = self._rows(contract, batch)
            if contract.name == "person":
                self._run(judging.SKJERMEDE)
                self._run(judging.SKJERM)
            self._run(judging.repeated(contract, rows))
            self._run(judging.deviations(contract, rows))
        except duckdb.Error as error:
            # The message quotes the file's content, which may be anyone's number; find the place instead. The
            # transaction is lost by now, so nothing more can be looked at.
            found = [refusal for delivery, file in batch for refusal in _unreadable(delivery, file)]
            if not found:
                name = f"{contract.name} ({type(error).__name__})"
                raise AktivitetError(f"The files of {name} could not be taken in.") from None
            raise DeliveryRefused([*self.refusals, *found]) from None
        self._count(contract, batch, rows)
        self._limit_columns(batch, rows)
        self._run(judging.quarantine(contract), versjon=contract.version)
        if contract.name == "person":
            self._run(judging.NOTER_PERSONER)
        if contract.name == "meldekort":
            self._run(judging.note_cards(rows, contract))
        self._run(judging.load(contract, rows))

    def close(self) -> None:
        """Forget everyone; raise DeliveryRefused when anything was refused."""
        for table in judging.TEMPORARY:
            self.con.execute(f"drop table if exists {table}")
        if self.refusals:
            raise DeliveryRefused(self.refusals)

    def _codes(self) -> dict[str, list[str]]:
        lists = {c.kodeverk for contract in contracts().values() for c in contract.columns if c.kodeverk}
        return {
            name: [row[0] for row in self.con.execute(f"select kode from kodeverk.{name} order by 1").fetchall()]
            for name in sorted(lists)
        }

    def _rows(self, contract: Contract, batch: Batch) -> tuple[str, dict[str, Any]]:
        """SQL of the batch's rows and the files it names.

        Parquet is read as often as it is asked for. CSV is read once, into the temporary table `rader`, and so are
        persons, whose rows are marked before they are judged.
        """
        forms: dict[Form, Batch] = {}
        for delivery, file in batch:
            forms.setdefault(file.form, []).append((delivery, file))
        files: dict[str, Any] = {}
        selects = []
        for number, (form, members) in enumerate(forms.items()):
            files[f"filer{number}"] = [str(file.path) for _, file in members]
            files[f"maaneder{number}"] = [delivery.month for delivery, _ in members]
            files[f"forste{number}"] = sum(len(members) for members in list(forms.values())[:number])
            selects.append(select_rows(contract, form, scan(form, number), self.codes, number))
        together = " union all by name ".join(f"({select})" for select in selects)
        if contract.name != "person" and all(form.kind == "parquet" for form in forms):
            return f"({together})", files
        self.files = files
        marks = ", true as kjent, false as skjermet" if contract.name == "person" else ""
        self._run(f"create or replace temp table rader as select *{marks} from ({together})")
        return "rader", {}

    def _count(self, contract: Contract, batch: Batch, rows: str) -> None:
        """Put the counts on record, and refuse where the manifest or the contract's limits are broken."""
        read = {delivery.month: file.rows_about for delivery, file in batch}
        if any(file.form.kind == "csv" for _, file in batch):
            counted = self._run(f"select maaned, count(*) from {rows} group by maaned").fetchall()
            read = dict.fromkeys(read, 0) | dict(counted)
        ends = self._run("select maaned, utfall, count(*) from avvik group by all").fetchall()
        counts = {(month, end): number for month, end, number in ends}
        for delivery, file in batch:
            month, lest = delivery.month, read[delivery.month]
            duplicate, sheltered, quarantined = (
                counts.get((month, end), 0) for end in ("duplikat", "skjermet", "karantene")
            )
            self.refusals += _manifest_fault(delivery, file, lest)
            if quarantined > contract.refuse_count and quarantined > contract.refuse_share * lest:
                self.refusals += self._over_limit(delivery, file)
            loaded = lest - duplicate - sheltered - quarantined
            self._run(
                "insert into kontroll.leveranse values ($leveranse, $uttrekk, $lest, $lastet, $duplikat,"
                " $skjermet, $karantene, $sha256, $versjon, $tid)",
                leveranse=delivery.name,
                uttrekk=contract.name,
                lest=lest,
                lastet=loaded,
                duplikat=duplicate,
                skjermet=sheltered,
                karantene=quarantined,
                sha256=file.sha256,
                versjon=contract.version,
            )
            for column in extra_columns(file, contract):
                shown = re.sub(r"\d{6} ?\d{5}", "[fjernet]", column)
                row = [delivery.name, contract.name, shown]
                self.con.execute("insert into kontroll.ekstra_kolonne values ($1, $2, $3)", row)

    def _over_limit(self, delivery: Delivery, file: DeliveredFile) -> list[Refusal]:
        found = self._run(
            "select regel, kolonne, count(*), min(rad & $radmaske) from avvik"
            " where maaned = $maaned and utfall = 'karantene' group by all order by 3 desc, 1, 2",
            maaned=delivery.month,
        ).fetchall()
        text = "more rows are broken than the contract allows"
        return [
            Refusal(delivery.name, file.path.name, column, rule, number, file.line(row), text)
            for rule, column, number, row in found
        ]

    def _limit_columns(self, batch: Batch, rows: str) -> None:
        """Refuse a column most of whose values do not parse: it is another format, not bad rows."""
        found = self._run(
            "select maaned, kolonne, count(*) as antall, min(rad & $radmaske)"
            " from (select maaned, rad, unnest(brutt) as kolonne from avvik)"
            " group by all having antall >= $minst order by all",
            minst=LEAST_TO_REFUSE_A_COLUMN,
        ).fetchall()
        for month, column, broken, row in found:
            parsed = self._run(f"select count({column}) from {rows} where maaned = $maaned", maaned=month).fetchall()
            if broken > parsed[0][0]:
                delivery, file = next((d, f) for d, f in batch if d.month == month)
                text = "most values of the column do not parse"
                place = (broken, file.line(row), text)
                self.refusals += [Refusal(delivery.name, file.path.name, column, "ugyldig_verdi", *place)]

    def _run(self, statement: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
        return sql.execute(self.con, statement, **self.parameters, **self.files, **parameters)


def _unreadable(delivery: Delivery, file: DeliveredFile) -> list[Refusal]:
    """Where a file stops being readable, found with a connection of its own."""
    try:
        with duckdb.connect() as con:
            con.execute(f"select count(columns(*)) from {scan(file.form, 0)}", {"filer0": [str(file.path)]})
    except duckdb.Error as error:
        place = re.search(r"Line: (\d+)", str(error))
        text = f"the file cannot be read ({type(error).__name__})"
        line = int(place[1]) if place else None
        return [Refusal(delivery.name, file.path.name, None, "uleselig_fil", None, line, text)]
    return []


def _manifest_fault(delivery: Delivery, file: DeliveredFile, rows: int) -> list[Refusal]:
    listed = (read_manifest(file.path.parent) or {}).get(file.path.name)
    if listed is None or listed["rader"] == rows:
        return []
    text = f"the file has {rows} rows, {MANIFEST} says {listed['rader']}"
    return [Refusal(delivery.name, file.path.name, None, "manifest", rows, None, text)]
