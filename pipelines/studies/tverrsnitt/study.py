"""The cross-section, as the layers below know it."""

from pipelines.model.study import Study

STUDY = Study("tverrsnitt", "Tverrsnitt", place=1)
