"""From a delivered file to validated, pseudonymised rows, or to quarantine.

Here belongs everything that may see an identity; what a study asks of the rows does not. DuckDB, no Dagster.
"""
