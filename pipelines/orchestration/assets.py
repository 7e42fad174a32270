"""How a table becomes an asset: same partitions, same pool, same metadata for all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg
import duckdb

from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.model import descriptions
from pipelines.model.derived import STOPS, Derived
from pipelines.model.study import Fill
from pipelines.orchestration.partitions import ONE_RUN, months, only_stale, requested
from pipelines.warehouse import build, state
from pipelines.warehouse.database import PATIENCE, claim, open_warehouse

WAREHOUSE = "warehouse"
"""The pool of everything that writes: one at a time (dagster.yaml)."""
OWNERS = ["team:aap-analyse"]
SENSITIVE = {"sensitivitet": "pseudonymisert"}
AGGREGATED = {"sensitivitet": "aggregert"}

ORIGINS = "opphav"
"""Metadata of a table or the figures: the extract columns each of their columns follows from."""


@dg.resource(description="The house claimed for writing, from the first step of a run to the last.")
def writer(_: dg.InitResourceContext) -> Iterator[None]:
    """Held by the process that makes the run: the command line's, or the one the daemon started for it."""
    from pipelines.lineage.cache import keeper  # noqa: PLC0415  (sqlglot)

    home = Home.from_environment()
    with claim(home, patience=PATIENCE):
        keeper.keep_in(home.dagster)
        yield


RESOURCES = {"writer": writer}
ALONE = {"writer"}
"""What everything that Dagster runs requires: so whoever has the claim knows that no run goes on (run.bury_runs)."""


def key(table: str) -> dg.AssetKey:
    """`schema.table` as an asset key."""
    return dg.AssetKey(table.split("."))


def spec(table: str, deps: Sequence[str], tags: dict[str, str], **more: Any) -> dg.AssetSpec:
    """The asset of a table: described by what describes the table, in the group of its layer."""
    described = descriptions.descriptions().get(table)
    columns = described.columns if described else {}
    # What a column follows from is said when the table is built: to work it out takes longer than to import this.
    return dg.AssetSpec(
        key(table),
        deps=[key(dep) for dep in deps],
        description=described.text if described else None,
        group_name=table.split(".", maxsplit=1)[0],
        owners=OWNERS,
        tags={"kilde": "arena", **tags},
        kinds={"duckdb"},
        metadata={
            "dagster/column_schema": dg.TableSchema(
                [dg.TableColumn(name, description=text) for name, text in columns.items()]
            ),
            "dagster/table_name": table,
        },
        **more,
    )


def tell_months(
    context: dg.AssetExecutionContext,
    con: duckdb.DuckDBPyConnection,
    table: str,
    months_: Sequence[date],
    numbers: Mapping[date, Mapping[str, int]],
) -> None:
    """Give each month's event its own `numbers`, which Dagster plots over time; a month without any gets none.

    Columns with their types and where they come from, the same for all, go on the last month only: a run reports
    an event for every month, and the web page reads them from the newest.
    """
    for month in months_:
        if month in numbers:
            context.add_asset_metadata(numbers[month], asset_key=key(table), partition_key=month_name(month))
    from pipelines.lineage import column_lineage  # noqa: PLC0415  (sqlglot)

    columns: dict[str, Any] = {"dagster/column_schema": _schema(con, table)}
    above = {name: sorted(found) for name, found in column_lineage.lineage(table).items() if found}
    if above:
        columns[ORIGINS] = origins({name: column_lineage.extract_columns(table, name) for name in above})
        columns["dagster/column_lineage"] = dg.TableColumnLineage(
            {
                name: [dg.TableColumnDep(asset_key=key(column.table), column_name=column.name) for column in found]
                for name, found in above.items()
            }
        )
    context.add_asset_metadata(columns, asset_key=key(table), partition_key=month_name(months_[-1]))


def _schema(con: duckdb.DuckDBPyConnection, table: str) -> dg.TableSchema:
    """The table's columns as they are, with what they mean."""
    described = descriptions.descriptions().get(table)
    texts = described.columns if described else {}
    columns = con.execute(f"describe {table}").fetchall()
    return dg.TableSchema(
        [dg.TableColumn(name, type=str(type_), description=texts.get(name, "")) for name, type_, *_ in columns]
    )


def origins(followed: Mapping[str, Iterable[tuple[str, str]]]) -> dg.MarkdownMetadataValue:
    """Columns with the extract columns they follow from, as a table: the web page draws no graph of columns."""
    lines = ["| kolonne | følger av |", "|---|---|"]
    for name, columns in followed.items():
        found: dict[str, list[str]] = {}
        for extract, column in sorted(columns):
            found.setdefault(extract, []).append(column)
        if found:
            text = "; ".join(f"`{extract}` ({', '.join(names)})" for extract, names in found.items())
            lines.append(f"| `{name}` | {text} |")
    return dg.MetadataValue.md("\n".join(lines))


def month_table(table: Derived) -> dg.AssetsDefinition:
    """An asset that replaces the requested months of `table`, and any that are stale, by its SELECT and audits them."""
    audits = [name for name, what in table.checks.items() if what == STOPS]

    @dg.multi_asset(
        specs=[spec(table.name, table.sources, tags(table))],
        name=table.name.replace(".", "__"),
        partitions_def=months,
        backfill_policy=ONE_RUN,
        required_resource_keys=ALONE,
        pool=WAREHOUSE,
    )
    def built(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        asked = requested(context)
        with open_warehouse(Home.from_environment()) as con:
            todo = state.due(con, [table.name], asked, table.sources, only_stale=only_stale(context))
            if todo:
                build.build_months(con, table.name, table.file, todo, audits)
            rows = dict(con.execute(f"select maaned, count(*) from {table.name} group by maaned").fetchall())
            numbers = {month: {"dagster/partition_row_count": rows.get(month, 0)} for month in asked}
            tell_months(context, con, table.name, asked, numbers)
        return dg.MaterializeResult(metadata={"dagster/row_count": sum(rows.values())})

    return built


def whole_tables(name: str, tables: Sequence[Derived], fill: Fill) -> dg.AssetsDefinition:
    """Assets of tables that follow from all months at once and are made together, in order."""
    names = [table.name for table in tables]

    @dg.multi_asset(
        specs=[spec(table.name, table.sources, tags(table)) for table in tables],
        name=name,
        partitions_def=months,
        backfill_policy=ONE_RUN,
        required_resource_keys=ALONE,
        pool=WAREHOUSE,
    )
    def built(context: dg.AssetExecutionContext) -> Any:
        asked = requested(context)
        with open_warehouse(Home.from_environment()) as con:
            above = {source for table in tables for source in table.sources} - set(names)
            todo = state.due(con, names, asked, above, only_stale=only_stale(context))
            rows = build.build_whole(con, names, todo, fill) if todo else build.row_counts(con, names)
            for table in names:
                tell_months(context, con, table, asked, {})
        for table in names:
            yield dg.MaterializeResult(asset_key=key(table), metadata={"dagster/row_count": rows[table]})

    return built


def tags(table: Derived) -> dict[str, str]:
    """What Dagster shows of how sensitive a table is."""
    return {"sensitivitet": table.sensitivity}
