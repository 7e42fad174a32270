"""Where Dagster finds its settings and puts what it stores."""

from __future__ import annotations

import os

from pipelines.base.home import ROOT, Home


def point_dagster_home(home: Home) -> None:
    """Give Dagster the checkout's settings, and the home folder for all it writes.

    The settings are copied there: beside the file it reads them from, Dagster's web server makes folders of its own.
    """
    settings = home.dagster / "dagster.yaml"
    settings.write_bytes((ROOT / settings.name).read_bytes())
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["AKTIVITET_DAGSTER"] = str(home.dagster)
    os.environ["AKTIVITET_HOME"] = str(home.root)
