"""What may leave: the only way from `statistikk` to figures, tables and reports.

Published are counts rounded at random with a key, and what follows from them (rules.md §8). Here belong the key, the
rounding, what a table declares (`utlevering` in the YAML beside its SQL), everything computed from rounded cells, the
ledger of what was published, and the audit of a report. The name of a study, a figure or a sentence does not.
"""

from pipelines.disclosure.alternatives import Alternative, alternative
from pipelines.disclosure.tables import NotPublishable, published
from pipelines.disclosure.values import told_share
from pipelines.disclosure.write import write_csv

__all__ = ["Alternative", "NotPublishable", "alternative", "published", "told_share", "write_csv"]
