-- One row per helt ny spell that can be followed for $typologi_maaneder months: its states
-- as one letter a month
-- Key: (person_key, forlop_nr); sorted by a hash that has nothing to do with anything
-- else, so any run of rows is a sample
-- rules.md §3 (f), the typology. Letters a–h are the eight states,
-- u those who have left
with
    bokstaver as (
        select
            person_key,
            forlop_nr,
            string_agg(
                repeat(
                    chr(
                        96 + list_position(
                            [
                                'passiv',
                                'behandling',
                                'arbeid',
                                'arbeid+behandling',
                                'tiltak',
                                'tiltak+behandling',
                                'tiltak+arbeid',
                                'tiltak+arbeid+behandling'
                            ],
                            tilstand
                        )
                    ),
                    varighet
                ),
                ''
                order by episode_nr
            ) as sekvens
        from klargjort.forlop_episode
        group by person_key, forlop_nr
    )
select person_key, forlop_nr, rpad(left(sekvens, $typologi_maaneder), $typologi_maaneder, 'u') as sekvens
from bokstaver
join klargjort.forlop using (person_key, forlop_nr)
where helt_ny and fulgt >= $typologi_maaneder
order by md5(person_key::varchar || forlop_nr::varchar)
