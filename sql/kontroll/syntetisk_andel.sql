-- Grain: a share of the population that loaded deliveries were drawn with; null
-- for a real register.
-- Key: andel.
-- Rule: rules.md §6: on synthetic input a sampling allowance is added,
-- and counts are scaled.
select distinct syntetisk_andel as andel from kontroll.opphav order by andel nulls first
