"""What is on record of what was delivered: each file and each extract that was not there, and what follows from that.

`kontroll.leveranse` is written as a delivery is loaded and stays. `kontroll.uttrekk_maaned` (which extracts each month
has) and `kontroll.manglende_kolonne` (which columns its files need not have) follow from it and from today's
contracts: they are made again whenever either has changed, so a month says the same whether it was loaded before or
after a contract gained a column.
"""

from __future__ import annotations

from typing import Any

import duckdb

from pipelines.ingest.deliveries import DeliveredFile, Delivery
from pipelines.ingest.limits import Tally
from pipelines.model import sql
from pipelines.model.contracts import Contract, contracts

MISSING = "uttrekket mangler"
"""Why something is null that cannot be known of a month whose delivery came without the extract."""
FOLLOWING = ("uttrekk_maaned", "manglende_kolonne")
"""Tables of `kontroll`, each a file of `sql/kontroll/`, that follow from the deliveries and the contracts."""


def record(contract: Contract, delivery: Delivery, file: DeliveredFile, tally: Tally) -> dict[str, Any]:
    """The row of `kontroll.leveranse` of a file."""
    return _row(contract, delivery) | {
        "lest": tally.read,
        "lastet": tally.loaded,
        "duplikat": tally.ended("duplikat"),
        "skjermet": tally.ended("skjermet"),
        "karantene": tally.ended("karantene"),
        "sha256": file.sha256,
    }


def without(delivery: Delivery, contract: Contract) -> dict[str, Any]:
    """The row of an extract that is not there: without counts, for 0 rows is what an empty file has."""
    return _row(contract, delivery) | {"grunn": MISSING}


def _row(contract: Contract, delivery: Delivery) -> dict[str, Any]:
    return {
        "leveranse": delivery.name,
        "uttrekk": contract.name,
        "kontrakt_versjon": contract.edition(delivery.month),
    }


def note(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of `FOLLOWING` again where they no longer are what follows. The caller owns the transaction."""
    columns = [
        {"uttrekk": contract.name, "kolonne": column.name, "fra": column.valid.first, "til": column.valid.last}
        for contract in contracts().values()
        for column in contract.columns
        if column.valid.first or column.valid.last
    ]
    asked = {"uttrekk": list(contracts()), "mangler": MISSING, "kolonner": columns}
    for table in FOLLOWING:
        follows = sql.run(con, f"kontroll/{table}", **asked).fetchall()
        if follows != con.execute(f"from kontroll.{table} order by all").fetchall():
            con.execute(f"delete from kontroll.{table}")
            sql.execute(con, f"insert into kontroll.{table} by name {sql.read(f'kontroll/{table}')}", **asked)
