-- Grain: one row per month, measure and group of a synthetic register: of its
-- recipients, and for the measure `mottaker` of everybody in the delivery.
-- Key: maaned, mal, gruppering, gruppe.
-- Rule: rules.md §7: what the register says, held against what was true (the temporary
-- table fasit). A person whom the truth does not know (a double of a number that is
-- somebody else's) is left out.
with
    celler as (
        select
            p.maaned,
            p.kjonn,
            p.aldersgruppe,
            p.diagnosegruppe,
            p.mottaker,
            p.tiltak,
            p.arbeid,
            p.behandling,
            p.gyldig_plan,
            p.tilstand = 'passiv' as passiv,
            f.mottaker as sann_mottaker,
            f.tiltak as sann_tiltak,
            f.arbeid as sann_arbeid,
            f.behandling as sann_behandling,
            f.gyldig_plan as sann_gyldig_plan,
            f.passiv as sann_passiv,
            count(*) as antall
        from klargjort.person_maaned p
        join fasit f using (person_key, maaned)
        group by all
    ),
    maal as (
        select
            maaned,
            kjonn,
            aldersgruppe,
            diagnosegruppe,
            mottaker,
            antall,
            unnest(
                [
                    {'mal':'mottaker', 'register':mottaker, 'sann':sann_mottaker},
                    {'mal':'tiltak', 'register':tiltak, 'sann':sann_tiltak},
                    {'mal':'arbeid', 'register':arbeid, 'sann':sann_arbeid},
                    {'mal':'behandling', 'register':behandling, 'sann':sann_behandling},
                    {'mal':'gyldig_plan', 'register':gyldig_plan, 'sann':sann_gyldig_plan},
                    {'mal':'passiv', 'register':passiv, 'sann':sann_passiv}
                ],
                recursive := true
            )
        from celler
    ),
    grupper as (
        select
            maaned,
            mal,
            antall,
            register,
            sann,
            unnest(
                [
                    {'gruppering':'alle', 'gruppe':'alle'},
                    {'gruppering':'kjonn', 'gruppe':kjonn},
                    {'gruppering':'aldersgruppe', 'gruppe':aldersgruppe},
                    {'gruppering':'diagnosegruppe', 'gruppe':diagnosegruppe}
                ],
                recursive := true
            )
        from maal
        -- Whether somebody is a recipient is asked of everybody, the rest of recipients.
        where mottaker or mal = 'mottaker'
    ),
    talt as (
        select
            maaned,
            mal,
            gruppering,
            gruppe,
            coalesce(sum(antall) filter (register and sann), 0)::bigint as sann_positiv,
            coalesce(sum(antall) filter (not register and sann), 0)::bigint as falsk_negativ,
            coalesce(sum(antall) filter (register and not sann), 0)::bigint as falsk_positiv,
            coalesce(sum(antall) filter (not register and not sann), 0)::bigint as sann_negativ,
            sum(antall)::bigint as nevner
        from grupper
        group by maaned, mal, gruppering, gruppe
    )
select
    maaned,
    mal,
    gruppering,
    gruppe,
    sann_positiv,
    falsk_negativ,
    falsk_positiv,
    sann_negativ,
    nevner,
    (sann_positiv + falsk_positiv) / nevner as andel_register,
    (sann_positiv + falsk_negativ) / nevner as andel_sann,
    (falsk_positiv - falsk_negativ) / nevner as differanse,
    sann_positiv / nullif(sann_positiv + falsk_negativ, 0) as sensitivitet,
    sann_negativ / nullif(sann_negativ + falsk_positiv, 0) as spesifisitet
from talt
order by maaned, mal, gruppering, gruppe
