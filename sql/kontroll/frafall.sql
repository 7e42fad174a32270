-- Grain: one row per month, population and step; each step keeps some of the persons of the one before.
-- Key: maaned, populasjon, steg_nr.
-- Rule: design.md, «Snapshot» (kontroll.frafall). The cross-section is the recipients (step 3); the steps
-- after it
-- say of how many of them the register can know vedtak, work and innsatsgruppe.
with
    maaneder as (select unnest($maaneder) as maaned),
    levert as (
        -- Sheltered persons never came this far; kontroll.leveranse has their number.
        select maaned, count(distinct person_key) as i_leveransen
        from kilde.person
        semi join maaneder using (maaned)
        group by maaned
    ),
    personer as (
        select
            p.maaned,
            p.mottaker,
            p.mottaker and coalesce(v.innvilget, false) as med_vedtak,
            med_vedtak and p.meldekort_status = 'mottatt' as med_meldekort,
            med_meldekort and p.innsatsgruppe is not null as med_innsatsgruppe
        from klargjort.person_maaned p
        semi join maaneder m on m.maaned = p.maaned
        left join klargjort.vedtak_maaned v on v.maaned = p.maaned and v.person_key = p.person_key
    ),
    talt as (
        select
            maaned,
            count(*) as aktive,
            count_if(mottaker) as mottakere,
            count_if(med_vedtak) as med_vedtak,
            count_if(med_meldekort) as med_meldekort,
            count_if(med_innsatsgruppe) as med_innsatsgruppe
        from personer
        group by maaned
    )
select
    maaned,
    'tverrsnitt' as populasjon,
    unnest(range(1, 7))::integer as steg_nr,
    unnest(
        ['i_leveransen', 'aktive', 'mottakere', 'med_innvilget_vedtak', 'med_meldekort', 'med_innsatsgruppe']
    ) as steg,
    unnest(
        [
            i_leveransen,
            coalesce(aktive, 0),
            coalesce(mottakere, 0),
            coalesce(med_vedtak, 0),
            coalesce(med_meldekort, 0),
            coalesce(med_innsatsgruppe, 0)
        ]
    )::bigint as personer
from levert
left join talt using (maaned)
order by maaned, steg_nr
