-- Grain: one row per person and month with a participation in tiltak at any time during
-- the month, begun or not.
-- Key: person_key, maaned.
-- Rule: rules.md §1, `tiltak`. Who only has what never began has `tiltak` false, and is
-- counted by kontroll.folsomhet.
with
    deltakelse as (
        select
            d.person_key,
            d.maaned,
            d.dato_fra,
            s.bare_tilbud,
            -- An end that was recorded before the start: it never began (⟂).
            not (s.avsluttet and coalesce(d.dato_statusendring < d.dato_fra, false)) as begynt
        from kilde.tiltaksdeltakelse d
        semi join (select unnest($maaneder) as maaned) using (maaned)
        join kodeverk.deltakerstatus s on s.kode = d.deltakerstatuskode
        where
            -- At any time during the month, not the state on its last day (L). Rows
            -- of er_hist count too.
            s.teller_som_deltakelse
            and d.dato_fra <= last_day(d.maaned)
            and (d.dato_til is null or d.dato_til >= d.maaned)
    )
select
    person_key,
    maaned,
    bool_or(begynt) as tiltak,
    -- ⟂ A place that is offered or accepted counts by its dates like the others.
    bool_or(begynt and not bare_tilbud) as tiltak_uten_tilbud,
    min(dato_fra) filter (where begynt) as tiltak_siden
from deltakelse
group by person_key, maaned
