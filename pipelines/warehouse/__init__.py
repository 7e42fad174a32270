"""The one file: opening and locking it, what is built from what, its tables, and the snapshots readers see.

Here belongs what knows that tables are built by the month and go stale; no rule of a study, and no Dagster.
"""
