-- Grain: one row per month and choice of rules.md whose alternative can only be read
-- out of the extracts.
-- Key: maaned, valg.
-- Rule: rules.md, the choices «corrections net out», «an ended status … never started»
-- and «gaps of at most 31 days» of §1, each beside what it would have been without; the
-- method appendix prints it.
with
    maaneder as (select unnest($maaneder) as maaned),
    mottakere as (
        select maaned, person_key, tiltak, aap_siden
        from klargjort.person_maaned
        semi join maaneder using (maaned)
        where mottaker
    ),
    utbetalt as (
        -- Any payment at all, whatever was corrected.
        select distinct maaned, person_key
        from kilde.utbetaling
        semi join maaneder using (maaned)
        where belop > 0 and dato_postert between maaned and last_day(maaned)
    ),
    noen_utbetaling as (
        select maaned, count(*) as antall
        from utbetalt
        semi join klargjort.person_maaned using (maaned, person_key)
        group by maaned
    ),
    aldri_begynt as (
        -- Recipients whom only a participation that ended before it began
        -- would put in tiltak.
        select m.maaned, count(distinct m.person_key) as antall
        from kilde.tiltaksdeltakelse d
        join mottakere m using (maaned, person_key)
        join kodeverk.deltakerstatus s on s.kode = d.deltakerstatuskode
        where
            not m.tiltak
            and s.teller_som_deltakelse
            and s.avsluttet
            and d.dato_fra <= last_day(d.maaned)
            and coalesce(d.dato_til >= d.maaned, true)
        group by m.maaned
    ),
    kjede as (
        select
            m.maaned,
            m.person_key,
            v.fra_dato - max(coalesce(v.til_dato, date '9999-12-31')) over (
                partition by m.maaned, m.person_key
                order by v.fra_dato
                rows between unbounded preceding and 1 preceding
            )
            - 1 as opphold
        from kilde.aap_vedtak v
        join mottakere m on m.maaned = v.maaned and m.person_key = v.person_key and v.fra_dato >= m.aap_siden
        join kodeverk.rettighet r on r.kode = v.rettighetkode and r.er_aap
        join kodeverk.vedtaktype t on t.kode = v.vedtaktypekode and t.innvilger
        join kodeverk.utfall u on u.kode = v.utfallkode and u.innvilget
        join kodeverk.vedtakstatus s on s.kode = v.vedtakstatuskode and s.besluttet
        where v.fra_dato <= last_day(v.maaned) and coalesce(v.til_dato >= v.fra_dato, true)
    ),
    med_opphold as (
        select maaned, count(distinct person_key) as antall from kjede where opphold > 0 group by maaned
    ),
    talt as (
        select
            maaned,
            count(*) as mottakere,
            count_if(tiltak) as tiltak,
            count_if(aap_siden is not null) as med_periode
        from mottakere
        group by maaned
    )
select
    maaned,
    unnest(['netto_utbetaling', 'aldri_begynt', 'opphold_i_perioden']) as valg,
    unnest([mottakere, tiltak, med_periode])::bigint as antall,
    unnest(
        [
            coalesce(noen_utbetaling.antall, 0),
            tiltak + coalesce(aldri_begynt.antall, 0),
            med_periode - coalesce(med_opphold.antall, 0)
        ]
    )::bigint as antall_ellers,
    unnest([null, mottakere, mottakere])::bigint as nevner
from talt
left join noen_utbetaling using (maaned)
left join aldri_begynt using (maaned)
left join med_opphold using (maaned)
order by maaned, valg
