"""The errors of a synthetic register, as the layers below know them: `aktivitet evaluate` makes them, no run does."""

from pipelines.model.study import Study

STUDY = Study("maalefeil", "Målefeil", place=9)
