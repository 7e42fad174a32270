"""Where columns and figures come from, read out of the SQL that makes them.

Here belongs what follows a column through SELECTs; what a study consists of is declared beside its SQL.
"""
