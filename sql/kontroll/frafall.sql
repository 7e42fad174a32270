-- Grain: one row per month, population and step; each step keeps some of the
-- persons of the one before.
-- Key: maaned, populasjon, steg_nr.
-- Rule: design.md, «Snapshot» (kontroll.frafall), of every month that is built.
-- `tverrsnitt` is the recipients (step 3); the steps after it say of how many of
-- them the register can know vedtak, work and innsatsgruppe. `forlop` takes the same
-- recipients down the populations of the courses (rules.md §3): those in a spell
-- that month, whose start is known, who are new, and of them the ten-percent sample.
-- Converted vedtak and the panel's edges decide who is new, so every month is
-- counted again each time.
with
    levert as (
        -- Sheltered persons never came this far; kontroll.leveranse has their number.
        select maaned, count(distinct person_key) as i_leveransen from kilde.person group by maaned
    ),
    personer as (
        select
            p.maaned,
            p.mottaker,
            p.mottaker and coalesce(v.innvilget, false) as med_vedtak,
            med_vedtak and p.meldekort_status = 'mottatt' as med_meldekort,
            med_meldekort and p.innsatsgruppe is not null as med_innsatsgruppe,
            p.mottaker and f.person_key is not null as i_forlop,
            i_forlop and f.start_kjent as tilgang,
            i_forlop and f.helt_ny as helt_ny,
            i_forlop and f.helt_ny and f.i_tiprosentutvalg as tiprosent
        from klargjort.person_maaned p
        left join klargjort.vedtak_maaned v on v.maaned = p.maaned and v.person_key = p.person_key
        left join klargjort.forlop f on f.person_key = p.person_key and p.maaned between f.start and f.slutt
    ),
    talt as (
        select
            maaned,
            count(*) as aktive,
            count_if(mottaker) as mottakere,
            count_if(med_vedtak) as med_vedtak,
            count_if(med_meldekort) as med_meldekort,
            count_if(med_innsatsgruppe) as med_innsatsgruppe,
            count_if(i_forlop) as i_forlop,
            count_if(tilgang) as tilgang,
            count_if(helt_ny) as helt_ny,
            count_if(tiprosent) as tiprosent
        from personer
        group by maaned
    ),
    steg as (
        select
            maaned,
            unnest(
                [
                    ('tverrsnitt', 1, 'i_leveransen', i_leveransen),
                    ('tverrsnitt', 2, 'aktive', aktive),
                    ('tverrsnitt', 3, 'mottakere', mottakere),
                    ('tverrsnitt', 4, 'med_innvilget_vedtak', med_vedtak),
                    ('tverrsnitt', 5, 'med_meldekort', med_meldekort),
                    ('tverrsnitt', 6, 'med_innsatsgruppe', med_innsatsgruppe),
                    ('forlop', 1, 'mottakere', mottakere),
                    ('forlop', 2, 'i_forlop', i_forlop),
                    ('forlop', 3, 'tilgang', tilgang),
                    ('forlop', 4, 'helt_ny', helt_ny),
                    ('forlop', 5, 'tiprosent', tiprosent)
                ]::struct(populasjon varchar, steg_nr integer, steg varchar, personer bigint)[]
            ) as telt
        from levert
        join talt using (maaned)
    )
select maaned, telt.populasjon, telt.steg_nr, telt.steg, telt.personer
from steg
order by maaned, telt.populasjon desc, telt.steg_nr
