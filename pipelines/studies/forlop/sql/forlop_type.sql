-- Grain: one row per helt ny spell that can be followed for 36 months: the type it was
-- assigned to.
-- Key: person_key, forlop_nr.
-- Rule: rules.md §3 (f), the typology; made by pipelines/studies/forlop/typology.py,
-- which puts its answer in forlop_type_rader.
select person_key, forlop_nr, type_nr, avstand, sekvens from forlop_type_rader order by person_key, forlop_nr
