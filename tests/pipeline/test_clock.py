"""A clock that is behind hides no month that is here, and one behind all there can be is said to be so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import freeze_time

from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.base.months import month_before, parse_month
from pipelines.orchestration import instance, partitions
from pipelines.warehouse import record, snapshot, state
from pipelines.warehouse.database import open_warehouse


def months_shown(home: Home, today: datetime) -> list[str]:
    """The last two months that Dagster shows, of definitions made on a day."""
    with freeze_time(today):
        offset = partitions.months_after(month_before(today.date()), home)
        found = dg.MonthlyPartitionsDefinition(start_date="2010-03", fmt="%Y-%m", end_offset=offset)
        return list(found.get_partition_keys())[-2:]


@pytest.mark.parametrize(
    ("today", "delivered", "loaded", "shown"),
    [
        ((2013, 12, 15), "2015-03", "2015-02", ["2015-02", "2015-03"]),
        ((2013, 12, 15), "2014-01", "2015-02", ["2015-01", "2015-02"]),
        ((2013, 12, 15), "2012-01", "2012-02", ["2013-10", "2013-11"]),
        ((2015, 4, 30), "2015-04", "2015-03", ["2015-03", "2015-04"]),
        ((2026, 11, 30), "2015-03", "2015-03", ["2026-09", "2026-10"]),
    ],
    ids=["both_after_now", "only_loaded_after_now", "all_before_now", "the_month_that_ends_today", "clock_right"],
)
def test_no_month_that_is_delivered_or_loaded_is_hidden(
    tmp_path: Path, today: tuple[int, int, int], delivered: str, loaded: str, shown: list[str]
) -> None:
    home = Home(tmp_path)
    (home.landing / delivered).mkdir()
    with open_warehouse(home) as con:
        con.execute("insert into kontroll.leveranse (leveranse, lastet_nr) values ($1, 1)", [loaded])
        record.register_build(con, state.PERSON_MONTHS, [parse_month(loaded)], "a")
        snapshot.publish(home, con, "a")
    assert months_shown(home, datetime(*today, tzinfo=UTC)) == shown


def test_a_home_that_is_not_there_is_not_made_to_look_for_months(tmp_path: Path) -> None:
    assert partitions.months_after(date(2015, 4, 1), Home(tmp_path / "hjem")) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2010, 3, 31)])
def test_a_clock_behind_the_first_month_is_said_to_be(day: date) -> None:
    with pytest.raises(AktivitetError, match=rf"says {day}, when no month of AAP was over \(it began in 2010-03\)"):
        instance.require_clock(day)
    instance.require_clock(date(2010, 4, 1))
