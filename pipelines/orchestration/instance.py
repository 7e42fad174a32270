"""Where Dagster finds its settings and puts what it stores."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from pipelines.base.errors import AktivitetError
from pipelines.base.home import ROOT, Home
from pipelines.base.months import AAP_BEGAN, month_before, month_name


def require_clock(today: date) -> None:
    """Raise AktivitetError when no month of AAP is over on this day: Dagster knows of no month then."""
    if month_before(today) < AAP_BEGAN:
        raise AktivitetError(
            f"The clock of this machine says {today}, when no month of AAP was over (it began in"
            f" {month_name(AAP_BEGAN)}). Nothing was changed; set the clock and run again."
        )


def point_dagster_home(home: Home) -> None:
    """Give Dagster the checkout's settings, and the home folder for all it writes.

    The settings are copied there: beside the file it reads them from, Dagster's web server makes folders of its own.

    Raises AktivitetError when the clock is behind the first month there can be.
    """
    require_clock(datetime.now(UTC).date())
    settings = home.dagster / "dagster.yaml"
    settings.write_bytes((ROOT / settings.name).read_bytes())
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["AKTIVITET_DAGSTER"] = str(home.dagster)
    os.environ["AKTIVITET_HOME"] = str(home.root)
