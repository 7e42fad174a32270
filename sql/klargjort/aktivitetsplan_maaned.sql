-- Grain: one row per person and month with an aktivitetsplan or an ongoing
-- treatment in delivery M.
-- Key: person_key, maaned.
-- Rule: rules.md §1, `gyldig_plan`, `plan_status`, `behandling` and the two readings of
-- it without a valid plan (2017:1 ch. 2, fn. 3 and 5).
with
    maaneder as (select unnest($maaneder) as maaned),
    planer as (
        select
            person_key,
            maaned,
            coalesce(dato_godkjent <= last_day(maaned), false) as signert,
            -- ⟂ L asks that the period is not over; that it has begun is asked here.
            dato_fra <= last_day(maaned) as begynt,
            coalesce(dato_til < last_day(maaned), false) as utlopt
        from kilde.aktivitetsplan
        semi join maaneder using (maaned)
    ),
    plan as (
        select
            person_key,
            maaned,
            bool_or(signert and not utlopt) as ikke_over,
            bool_or(signert and not utlopt and begynt) as gyldig,
            bool_or(signert and utlopt) as utlopt,
            bool_or(not signert and not utlopt and begynt) as ikke_signert
        from planer
        group by person_key, maaned
    ),
    typenavn as (
        -- Names are compared without case, surplus space or kind of dash: every
        -- spelling once, not every row. ISO-8859-1 has no en dash: an export writes
        -- ` ? ` for it, or U+0096, which it is to Windows.
        select
            navn,
            regexp_replace(
                regexp_replace(trim(regexp_replace(lower(navn), '[\s\p{Z}]+', ' ', 'g')), ' ?/ ?', '/', 'g'),
                ' ?[\p{Pd}\x{2212}\x{00ad}\x{0096}\x{fffd}] ?| \? ',
                '-',
                'g'
            ) as nokkel
        from
            (
                select aktivitettypenavn as navn
                from kilde.aktivitet
                semi join maaneder using (maaned)
                union
                select aktivitettypenavn
                from kodeverk.aktivitetstype
            )
    ),
    behandlingsnavn as (
        select navn
        from typenavn
        semi join
            (
                select n.nokkel
                from typenavn n
                join kodeverk.aktivitetstype t on t.aktivitettypenavn = n.navn
                where t.kategori = 'behandling'
            ) using (nokkel)
    ),
    behandlet as (
        -- No test on the activity's own dates, nor on which plan it belongs to (L).
        select distinct a.person_key, a.maaned
        from kilde.aktivitet a
        semi join maaneder using (maaned)
        semi join behandlingsnavn b on b.navn = a.aktivitettypenavn
        join kodeverk.aktivitetstatus s on s.kode = a.aktivitetstatuskode
        where s.pagaar
    )
select
    person_key,
    maaned,
    coalesce(p.gyldig, false) as gyldig_plan,
    coalesce(p.ikke_over, false) as gyldig_uten_startkrav,
    case
        when p.gyldig
        then 'gyldig'
        when p.utlopt
        then 'utlopt'
        when p.ikke_signert
        then 'ikke_signert'
        else 'ingen'
    end as plan_status,
    b.person_key is not null and coalesce(p.gyldig, false) as behandling,
    b.person_key is not null and coalesce(p.gyldig or p.utlopt, false) as behandling_inkl_utlopt_plan,
    b.person_key is not null as behandling_uten_plankrav
from plan p
full join behandlet b using (person_key, maaned)
