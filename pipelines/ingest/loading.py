"""The door: every row of a delivery ends in exactly one place, and nothing after it knows who anyone is.

read = loaded + duplicate + sheltered + quarantined, for each extract and delivery, on record in
`kontroll.leveranse` for ever (contracts.md, «At the door»). The caller owns the transaction: a refusal is
raised before anything is committed, so it leaves the warehouse as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from glob import escape
from typing import Any

import duckdb

from pipelines.base.chunks import in_parts
from pipelines.base.errors import AktivitetError, DeliveryRefused, Refusal
from pipelines.base.machine import MEMORY_GB, machine_memory
from pipelines.ingest import delivered, identity, limits, spelling, validation
from pipelines.ingest.batch import Batch, unknown
from pipelines.ingest.deliveries import DeliveredFile, Delivery, extra_columns
from pipelines.ingest.forms import Form
from pipelines.ingest.limits import Deviation, Tally
from pipelines.ingest.profiles import Profile, answer
from pipelines.ingest.reading import ROW_MASK, scan
from pipelines.model import sql
from pipelines.model.contracts import Column, Contract, contracts

ROWS_STAGED = 4_000_000
"""Rows held in memory at once; about 0.5 GB for the widest extract."""
ROWS_AT_A_TIME = 12_000_000
"""Rows of parquet judged at once; what is held in memory of them is their keys."""
PERSONS_AT_A_TIME = 2_000_000
"""Rows of `person` whose months are let in together: who is known of them is held in memory."""
MOST_MEMORY = 0.75
"""Of the machine's, however many parts there are."""
ROWS_TO_READ_AGAIN = 200_000
"""From so many rows on, parquet is read again for each question instead of being staged."""

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
    refusals: list[Refusal] = []
    done, in_all = 0, sum(len(delivery.files) for delivery in deliveries)
    by_month = sorted(deliveries, key=lambda delivery: delivery.month)
    parts = list(in_parts(by_month, _persons, PERSONS_AT_A_TIME))
    _make_room(con, len(parts))
    for together in parts:
        gate = _Gate(con, together, key, refusals)
        try:
            for contract in contracts().values():
                for batch in gate.batches(contract):
                    progress(contract.name, done, in_all)
                    gate.take(batch)
                    done += len(batch.members)
                    progress(contract.name, done, in_all)
        except duckdb.Error as error:
            # Not chained: DuckDB quotes what it was reading, which may be anyone's number.
            raise gate.explain(error) from None
        gate.close()
    if refusals:
        raise DeliveryRefused(refusals)
    delivered.note(con)


def _persons(delivery: Delivery) -> int:
    return next(file.rows for file in delivery.files if file.extract == "person")


def _make_room(con: duckdb.DuckDBPyConnection, parts: int) -> None:
    """Let the connection use a gigabyte more for every part but the first.

    DuckDB gives back what a dropped table held when the transaction ends, and what carries identities may not be
    spilled to disk.
    """
    if parts > 1:
        most = int(MOST_MEMORY * machine_memory())
        con.execute(f"set memory_limit = '{min((MEMORY_GB + parts - 1) * 10**9, most)} B'")


class _Gate:
    """One passage through the door: who was let in, whose cards are sheltered, what was refused (`refusals`)."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery], key: bytes, refusals: list[Refusal]
    ) -> None:
        self.con = con
        self.deliveries = deliveries
        self.parameters: dict[str, Any] = {
            **identity.hmac_pads(key),
            "tid": datetime.now(UTC).replace(tzinfo=None),
            "radmaske": ROW_MASK,
        }
        self.files: dict[str, Any] = {}
        self.refusals = refusals
        self.codes = self._codes()
        months = [delivery.month for delivery in deliveries]
        names = [delivery.name for delivery in deliveries]
        for contract in contracts().values():
            con.execute(f"delete from kilde.{contract.name} where maaned in (select unnest($1))", [months])
        for table in ("karantene.rader", "kontroll.ekstra_kolonne", "kontroll.skjermingsform", "kontroll.opphav"):
            con.execute(f"delete from {table} where leveranse in (select unnest($1))", [names])
        for delivery in deliveries:
            con.execute("insert into kontroll.opphav values ($1, $2, $3)", [delivery.name, *delivery.synthetic])
        con.execute(validation.PERSONER)
        con.execute(validation.SKJERMEDE_KORT)
        if missing := [delivered.without(delivery, contract) for delivery in deliveries for contract in delivery.lacks]:
            self._put_on_record(missing)

    def batches(self, contract: Contract) -> Iterator[Batch]:
        """Files of the extract, in order of month, as many at a time as fit in memory."""
        members: list[tuple[Delivery, DeliveredFile]] = []
        rows = 0
        for delivery in self.deliveries:
            file = delivery.file(contract.name)
            if file is None:
                continue
            read_again = file.form.kind == "parquet" and contract.name != "person"
            if members and rows + file.rows > (ROWS_AT_A_TIME if read_again else ROWS_STAGED):
                yield Batch(contract, tuple(members))
                members, rows = [], 0
            members.append((delivery, file))
            rows += file.rows
        if members:
            yield Batch(contract, tuple(members))

    def take(self, batch: Batch) -> None:
        """Judge, count and let in the rows of a batch; refusals are collected, so that all are shown together."""
        tallies = self._judge(batch) if batch.row_count else {}
        for delivery, file in batch.members:
            self._refuse(batch.contract, delivery, file, tallies.setdefault(delivery.month, Tally()))
        self._put_on_record(
            [delivered.record(batch.contract, *member, tallies[member[0].month]) for member in batch.members]
        )
        self._report_extra_columns(batch)

    def _judge(self, batch: Batch) -> dict[date, Tally]:
        """Quarantine and load; returns where the rows of each month ended."""
        contract = batch.contract
        self.files = batch.parameters
        rows = self._rows(batch)
        if contract.name == "person":
            self._run(validation.SKJERMEDE)
            self._run(validation.SKJERM)
            self._run(validation.UKJENTE_SKJERMINGER)
        self._run(validation.crowded(contract, rows))
        self._run(validation.possible(contract, rows))
        self._run(validation.deviations(contract, self.codes))
        self._run(validation.quarantine(contract), versjon=contract.version)
        if contract.name == "person":
            self._run(validation.NOTER_PERSONER)
        if contract.name == "meldekort":
            self._run(validation.NOTER_SKJERMEDE_KORT)
        self._run(validation.load(contract, rows))
        self._refuse_columns(batch, rows)
        return self._tallies(batch, rows)

    def close(self) -> None:
        """Forget everyone."""
        for table in validation.TEMPORARY:
            self.con.execute(f"drop table if exists {table}")

    def explain(self, error: duckdb.Error) -> AktivitetError:
        """What to say of an error in the middle of the work; the transaction is lost by then."""
        kind = type(error).__name__
        if isinstance(error, duckdb.OutOfMemoryException):
            return AktivitetError("There was not memory enough to take the deliveries in; load fewer months at once.")
        found = [r for delivery in self.deliveries for file in delivery.files for r in _unreadable(delivery, file)]
        if found:
            return DeliveryRefused([*self.refusals, *found])
        reason = str(error).splitlines()[0] if isinstance(error, duckdb.IOException) else kind
        return AktivitetError(f"The deliveries could not be taken in and nothing was changed: {reason}")

    def _codes(self) -> dict[str, list[str]]:
        lists = {c.kodeverk for contract in contracts().values() for c in contract.columns if c.kodeverk}
        return {
            name: [row[0] for row in self.con.execute(f"select kode from kodeverk.{name} order by 1").fetchall()]
            for name in sorted(lists)
        }

    def _rows(self, batch: Batch) -> str:
        """SQL of the batch's rows.

        Much parquet is read as often as it is asked for, and what is certain of its columns is found first. CSV is
        read once, into the temporary table `rader`, and so are persons, whose rows are marked before they are judged,
        and small files, where planning costs more.
        """
        many = batch.row_count >= ROWS_TO_READ_AGAIN
        known = {form: self._ask(*asked, form) for form, asked in batch.questions().items()} if many else {}
        if batch.contract.name == "person":
            self._run(validation.note_numbers(batch.numbers()))
        elif many and batch.is_parquet:
            return batch.rows(self.codes, known)
        marks = ", true as kjent, false as skjermet" if batch.contract.name == "person" else ""
        self._run(f"create or replace temp table rader as select *{marks} from {batch.rows(self.codes, known)}")
        return "rader"

    def _ask(self, questions: str, columns: list[Column], form: Form) -> dict[str, Profile]:
        (found,) = self._run(questions).fetchall()
        return {c.name: answer(part, c, form.type(c.name)) for c, part in zip(columns, found, strict=True)}

    def _tallies(self, batch: Batch, rows: str) -> dict[date, Tally]:
        """What was read of text is counted again; of parquet its own number of rows is taken."""
        tallies = {
            delivery.month: Tally(file.rows if file.form.kind == "parquet" else 0) for delivery, file in batch.members
        }
        if not batch.is_parquet:
            for month, number in self._run(f"select maaned, count(*) from {rows} group by all").fetchall():
                tallies[month].read = number
        ends = "select maaned, utfall, regel, kolonne, count(*), min(rad & $radmaske) from avvik group by all"
        for month, *deviation in self._run(f"{ends} order by all").fetchall():
            tallies[month].deviations.append(Deviation(*deviation))
        return tallies

    def _refuse(self, contract: Contract, delivery: Delivery, file: DeliveredFile, tally: Tally) -> None:
        refused = {r.fil.partition(".")[0] for r in self.refusals if r.leveranse == delivery.name}
        self.refusals += limits.not_as_verified(delivery, file, tally.read)
        self.refusals += limits.too_many_broken(contract, delivery, file, tally, refused)

    def _refuse_columns(self, batch: Batch, rows: str) -> None:
        broken = "select maaned, rad, unnest(brutt) as kolonne from avvik"
        found = self._run(
            f"select maaned, kolonne, count(*), min(rad & $radmaske) from ({broken}) group by all"
        ).fetchall()
        files = {delivery.month: (delivery, file) for delivery, file in batch.members}
        open_ends = {column.name for column in batch.contract.columns if column.artefacts}
        for month, column, number, first in found:
            if number >= limits.LEAST_TO_REFUSE_A_COLUMN:
                parsed = f"count_if(gitt_{column})" if column in open_ends else f"count({column})"
                asked = f"select {parsed} from {rows} where maaned = $maaned"
                (counted,) = self._run(asked, maaned=month).fetchall()
                self.refusals += limits.mostly_unparsable(*files[month], column, number, counted[0], first)
        self._refuse_spellings(batch, files)

    def _refuse_spellings(self, batch: Batch, files: dict[date, tuple[Delivery, DeliveredFile]]) -> None:
        for month, rule, column, form, number, first in self._run(
            spelling.SYSTEMATIC, minst=limits.LEAST_TO_BE_A_SPELLING
        ).fetchall():
            self.refusals += limits.spelt_otherwise(*files[month], column, rule, form, number, first)
        if batch.contract.name == "person":
            for delivery, file in files.values():
                asked = "select kolonne, form, antall, forste_rad from kontroll.skjermingsform where leveranse = $navn"
                forms = self._run(f"{asked} order by all", navn=delivery.name).fetchall()
                self.refusals += limits.too_many_sheltered(batch.contract, delivery, file, forms)

    def _put_on_record(self, records: list[dict[str, Any]]) -> None:
        self._run(
            "insert into kontroll.leveranse by name select unnest($rader, max_depth := 2), $tid as lastet_tid",
            rader=records,
        )

    def _report_extra_columns(self, batch: Batch) -> None:
        for delivery, file in batch.members:
            for column in extra_columns(file, batch.contract):
                self.con.execute(
                    "insert into kontroll.ekstra_kolonne values ($1, $2, $3)",
                    [delivery.name, batch.contract.name, identity.heading(column)],
                )

    def _run(self, statement: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
        return sql.execute(self.con, statement, **self.parameters, **self.files, **parameters)


def _unreadable(delivery: Delivery, file: DeliveredFile) -> list[Refusal]:
    """Where a file stops being readable, found with a connection of its own."""
    contract = contracts()[file.extract]
    rows = scan(contract, file.form, 0, unknown(contract, file.form))
    parameters = {"filer0": [escape(str(file.path))], "maaneder0": [delivery.month], "tidligere0": [0], "forste0": 0}
    try:
        with duckdb.connect(config={"temp_directory": ""}) as con:
            sql.execute(con, f"select bit_xor(hash(columns(*))) from ({rows})", **parameters)
    except duckdb.Error as error:
        place = re.search(r"Line: (\d+)", str(error))
        text = f"the file cannot be read ({type(error).__name__})"
        line = int(place[1]) if place else None
        return [Refusal(delivery.name, file.path.name, None, "uleselig_fil", None, line, text)]
    return []
