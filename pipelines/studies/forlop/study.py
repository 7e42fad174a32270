"""The courses, as the layers below know them."""

from pipelines.model.study import Study
from pipelines.studies.forlop.fill import fill

STUDY = Study("forlop", "Forløp", place=2, fill=fill)
