-- One row per spell (forløp) of AAP of every person of the panel
-- Key: (person_key, forlop_nr), forlop_nr from 1 in calendar order
-- rules.md §3 «Spell» and «New recipients»: the official statistics' (O) ny and
-- avgang, on `mottaker`
--
-- The edges, chosen where the sources are silent (⟂):
-- ⟂ Months are counted on the calendar: a paid month at most $opphold_maaneder months
-- after the last one continues the spell (fewer months without pay than that lie inside
-- it), a later one begins the next.
-- ⟂ The panel is the months of klargjort.person_maaned, first to last. A whole month
-- that was never delivered counts as a month without pay for everybody; rules.md §5
-- makes sure that it is noticed.
-- ⟂ A month without a row (no open case in that delivery) is a month without pay.
-- ⟂ A spell that starts in as many of the panel's first months may have started
-- earlier: start_kjent is false. It is followed like the others (utvalg `alle`), but takes no
-- part in `tilgang` and `helt_ny`.
-- ⟂ Converted is a property of the person: any month's konvertert keeps all of the
-- person's spells out of helt_ny.
-- ⟂ «First spell» is the first in the panel; what came before the panel is only
-- known through konvertert.
-- ⟂ fulgt: months from the start in which it is certain whether the spell went on, that
-- is, up to and including the first of the panel's last $opphold_maaneder months. A
-- month without pay after it may still prove to be a gap. Time is measured within
-- fulgt, so what happens in the panel's last month never enters alone.
-- ⟂ Background is that of the spell's first month; where a register says
-- nothing it is `uoppgitt`.
with
    panel as (select min(maaned) as forste, max(maaned) as siste from klargjort.person_maaned),
    person as (
        select
            person_key,
            max(maaned) filter (mottaker) as siste_betalte,
            bool_or(coalesce(konvertert, false)) as konvertert
        from klargjort.person_maaned
        group by person_key
    ),
    betalt as (
        select person_key, maaned, lag(maaned) over (partition by person_key order by maaned) as forrige
        from klargjort.person_maaned
        where mottaker
    ),
    starter as (
        select person_key, maaned as start, forrige
        from betalt
        where forrige is null or datediff('month', forrige, maaned) > $opphold_maaneder
    ),
    forlop as (
        select
            person_key,
            konvertert,
            start,
            row_number() over kronologisk as forlop_nr,
            coalesce(lead(forrige) over kronologisk, siste_betalte) as slutt
        from starter
        join person using (person_key)
        window kronologisk as (partition by person_key order by start)
    )
select
    forlop.person_key,
    forlop.forlop_nr::integer as forlop_nr,
    forlop.start,
    forlop.slutt,
    (datediff('month', forlop.start, forlop.slutt) + 1)::integer as lengde,
    (datediff('month', forlop.start, panel.siste) + 2 - $opphold_maaneder)::integer as fulgt,
    datediff('month', forlop.slutt, panel.siste) < $opphold_maaneder as sensurert,
    datediff('month', panel.forste, forlop.start) >= $opphold_maaneder as start_kjent,
    forlop.konvertert,
    forlop.forlop_nr = 1
    and not forlop.konvertert
    and datediff('month', panel.forste, forlop.start) >= $opphold_maaneder as helt_ny,
    coalesce(forste.i_tiprosentutvalg, false) as i_tiprosentutvalg,
    year(forlop.start)::integer as startaar,
    forste.aap_siden,
    coalesce(forste.kjonn, 'uoppgitt') as kjonn,
    coalesce(forste.aldersgruppe, 'uoppgitt') as aldersgruppe,
    coalesce(forste.diagnosegruppe, 'uoppgitt') as diagnosegruppe,
    coalesce(forste.utdanning, 'uoppgitt') as utdanning
from forlop
cross join panel
join
    klargjort.person_maaned as forste
    on forste.person_key = forlop.person_key
    and forste.maaned = forlop.start
