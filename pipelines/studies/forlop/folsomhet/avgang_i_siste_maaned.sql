-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 (d) ⟂: those who have left within the first year, when leaving is
-- dated to the last month inside.
select
    any_value(verdi) filter (maaned_nr = $forste_aar) as verdi,
    any_value(verdi) filter (maaned_nr = $forste_aar + 1) as verdi_ellers,
    any_value(antall) filter (maaned_nr = $forste_aar) as antall,
    any_value(antall) filter (maaned_nr = $forste_aar + 1) as antall_ellers,
    any_value(nevner) filter (maaned_nr = $forste_aar) as nevner,
    any_value(nevner) filter (maaned_nr = $forste_aar + 1) as nevner_ellers
from statistikk.forlop
where
    utvalg = 'helt_ny'
    and mal = 'kumulativ_insidens=ute'
    and gruppering = 'alle'
    and maaned_nr in ($forste_aar, $forste_aar + 1)
