"""The only folder with Dagster: assets, partitions, checks, schedules, sensors, storage, runs and the web page.

Here belongs what tells Dagster of the layers below; no rule and no SQL.
"""
