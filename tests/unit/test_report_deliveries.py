"""The report's chapter on deliveries: each as it was last loaded, whatever it was loaded from before."""

from __future__ import annotations

from pipelines.report import control
from tests.unit.rapport_base import APRIL, base

EARLIER = (
    "insert into kontroll.leveranse select * replace (karantene + 100 as karantene, lest + 100 as lest,"
    " lastet_tid + interval 1 hour as lastet_tid, 0 as lastet_nr) from kontroll.leveranse"
)


def test_a_month_that_was_loaded_again_is_counted_once() -> None:
    """The earlier load was made by a clock that was ahead."""
    with base(courses=False) as once, base(courses=False) as twice:
        twice.execute(EARLIER)
        assert control.quarantined(twice.con, [APRIL]) == control.quarantined(once.con, [APRIL])
        found, wanted = (control.deliveries(each.con, [APRIL], "april 2015").rows for each in (twice, once))
        assert list(found) == list(wanted)
        assert len(list(found)) == 2
