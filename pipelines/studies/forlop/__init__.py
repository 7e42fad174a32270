"""Courses of AAP: spells, the panel of their months, and the results (rules.md §3; NAV-rapport 2017:2).

The rules are SQL. Here is what SQL is no good at: `life_table` (curves from counts), `typology` (optimal matching and
k-medoids), `delrapport2` (the panel as that report could see it), and `fill`, which makes the tables in order.
"""
