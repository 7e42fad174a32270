"""What may leave: the only way from `statistikk` to figures, tables and reports.

Here belongs what protects persons in published numbers; how numbers are drawn or worded does not.
"""

from pipelines.disclosure.alternatives import alternative
from pipelines.disclosure.publish import NotPublishable, published, write_csv
from pipelines.disclosure.results import Results

__all__ = ["NotPublishable", "Results", "alternative", "published", "write_csv"]
