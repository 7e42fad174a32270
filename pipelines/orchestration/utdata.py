"""What leaves the warehouse: the snapshot readers open, and after it the figures of the last month asked for."""

import base64
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from pipelines.base import progress
from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.model import descriptions
from pipelines.orchestration.assets import AGGREGATED, ALONE, ORIGINS, OWNERS, WAREHOUSE, key, origins
from pipelines.orchestration.housekeeping import clear_runs
from pipelines.orchestration.partitions import ONE_RUN, months, requested
from pipelines.warehouse import snapshot, state
from pipelines.warehouse.database import open_warehouse, transaction
from pipelines.warehouse.record import register_build, register_run

if TYPE_CHECKING:
    from pipelines.drawing.rendering import Drawing

SNAPSHOT = dg.AssetKey(["utdata", "snapshot"])
FIGURES = dg.AssetKey(["utdata", "figurer"])
READ_BY_READERS = [
    "statistikk.tverrsnitt_aar",
    "statistikk.tverrsnitt_anslag",
    "statistikk.forlop_typer",
    "kontroll.frafall",
    "kontroll.folsomhet",
    "kontroll.avstemming",
]


@dg.asset(
    key=SNAPSHOT,
    deps=[key(table) for table in READ_BY_READERS],
    group_name="utdata",
    owners=OWNERS,
    tags=AGGREGATED,
    kinds={"duckdb"},
    partitions_def=months,
    backfill_policy=ONE_RUN,
    required_resource_keys=ALONE,
    pool=WAREHOUSE,
)
def publisert(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """A new read-only file with what readers may see, and the pointer moved to it; old snapshots and runs cleared."""
    home = Home.from_environment()
    progress.report("utdata.snapshot", 0, 1)
    with open_warehouse(home) as con, ThreadPoolExecutor(max_workers=1) as beside:
        beside.submit(_prepare_figures)
        run = register_run(con, state.due(con, requested(context), READ_BY_READERS))
        snapshot_id = snapshot.publish(home, con, run.id)
    progress.report("utdata.snapshot", 1, 1)
    # Here, so that runs from the web page, the sensor and the schedules are cleared as those of the command line.
    cleared = clear_runs(context.instance)
    if cleared:
        context.log.info("Old runs removed: %s", len(cleared))
    return dg.MaterializeResult(metadata={"snapshot": snapshot_id})


def _prepare_figures() -> None:
    """Read in matplotlib and scipy for the next step, a second of Python's while DuckDB is at work on this one."""
    from pipelines.drawing import rendering  # noqa: PLC0415

    rendering.prepare()
    import_module("pipelines.report.drawn")


@dg.asset(
    key=FIGURES,
    deps=[SNAPSHOT],
    group_name="utdata",
    owners=OWNERS,
    tags=AGGREGATED,
    kinds={"matplotlib"},
    partitions_def=months,
    backfill_policy=ONE_RUN,
    required_resource_keys=ALONE,
    pool=WAREHOUSE,
)
def figurer(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """The nine figures of the last month asked for and the reconciliation, in place of an earlier report of the month.

    That report was another run's, page, PDF, tables and figures: it is removed, and `aktivitet report` makes it again.
    A month that has been published of other deliveries is left as it is: `aktivitet report --revidert` publishes it.
    """
    from pipelines.disclosure.publication import Revised  # noqa: PLC0415  (scipy)
    from pipelines.report.drawn import draw  # noqa: PLC0415  (half a second that only this step needs)

    home, asked = Home.from_environment(), requested(context)
    drawings: Sequence[Drawing] = []
    written: Sequence[Path] = []
    try:
        with snapshot.connect(home) as reader:
            drawings, written = draw(reader, home, asked[-1])
    except Revised as reason:
        context.log.warning(str(reason))
    with open_warehouse(home) as con, transaction(con):
        done = state.due(con, asked, READ_BY_READERS)
        run = register_run(con, done)
        register_build(con, state.DONE, done, run.id)
    previews = {path.stem: _preview(path) for path in written if path.suffix == ".png"}
    # On the month they are of: on every month of a range run they would be a megabyte a month.
    previews |= _columns(drawings)
    context.add_asset_metadata(previews, asset_key=FIGURES, partition_key=month_name(asked[-1]))
    return dg.MaterializeResult(metadata={"maaned": month_name(asked[-1])})


def _columns(drawings: "Sequence[Drawing]") -> dict[str, Any]:
    """Every figure's columns, `figur_2.andel`: what they mean, the column above, and the extract columns behind."""
    from pipelines.lineage import figure_lineage  # noqa: PLC0415  (sqlglot)

    columns, above, behind = [], {}, {}
    for one in drawings:
        table = figure_lineage.table(one.data)
        texts = descriptions.descriptions()[table].columns
        for name, found in figure_lineage.columns(one.data).items():
            place = f"{one.name}.{name}"
            columns.append(dg.TableColumn(place, type=str(one.data.schema[name]), description=texts[name]))
            above[place] = [dg.TableColumnDep(asset_key=key(table), column_name=name)]
            behind[place] = found
    return {
        "dagster/column_schema": dg.TableSchema(columns=columns),
        "dagster/column_lineage": dg.TableColumnLineage(above),
        ORIGINS: origins(behind),
    }


def _preview(path: Path) -> dg.MetadataValue[Any]:
    """The picture inside the metadata, so that the web page shows it without reading files."""
    image = base64.b64encode(path.read_bytes()).decode()
    return dg.MetadataValue.md(f"![{path.stem}](data:image/png;base64,{image})")
