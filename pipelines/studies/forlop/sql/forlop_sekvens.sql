-- Grain: one row per spell: the spell read as a sequence of states.
-- Key: person_key, forlop_nr.
-- Rule: rules.md §3 (f), as TraMineR 2.2 defines the measures: seqdss, seqtransn,
-- seqsubsn, seqST (type 1), seqient, seqici.
--
-- ⟂ The alphabet has eight states whether or not they occur, so entropy
-- is divided by log 8.
-- ⟂ A spell of one month has no transition to make: its complexity is 0
-- (TraMineR gives NaN).
-- ⟂ A censored spell is described as far as it is seen.
with
    episoder as (
        select
            person_key,
            forlop_nr,
            list(tilstand order by episode_nr) as tilstander,
            count(*)::integer as antall,
            count(distinct tilstand)::integer as ulike_tilstander,
            sum(varighet)::integer as lengde,
            sum(varighet * varighet)::integer as kvadratsum,
            (count(*) filter (tilstand = 'passiv'))::integer as passive_perioder,
            coalesce(max(varighet) filter (tilstand = 'passiv'), 0)::integer as lengste_passive,
            [
                sum(varighet) filter (tilstand = 'passiv'),
                sum(varighet) filter (tilstand = 'behandling'),
                sum(varighet) filter (tilstand = 'arbeid'),
                sum(varighet) filter (tilstand = 'arbeid+behandling'),
                sum(varighet) filter (tilstand = 'tiltak'),
                sum(varighet) filter (tilstand = 'tiltak+behandling'),
                sum(varighet) filter (tilstand = 'tiltak+arbeid'),
                sum(varighet) filter (tilstand = 'tiltak+arbeid+behandling')
            ]::double[] as tid
        from klargjort.forlop_episode
        group by person_key, forlop_nr
    ),
    -- Every course of distinct states once: there are far fewer courses than spells.
    lop as (select distinct tilstander from episoder),
    -- phi, the number of distinct subsequences with the empty one among them: each
    -- state in turn doubles it, less what there was when that state came last (Elzinga
    -- & Liefbroer 2007). The accumulator is phi, and after it phi as it stood before
    -- the last occurrence of each of the eight states.
    delsekvenser as (
        select
            tilstander,
            list_reduce(
                list_transform(
                    tilstander,
                    lambda tilstand:[
                        list_position(
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
                        )::double
                    ]
                ),
                lambda phi,
                nr:list_concat(
                    [2 * phi[1] - phi[1 + nr[1]::integer]],
                    list_transform(
                        phi[2:], lambda sist, plass: case when plass = nr[1] then phi[1] else sist end
                    )
                ),
                [1, 0, 0, 0, 0, 0, 0, 0, 0]::double[]
            )[1] as phi
        from lop
    ),
    maalt as (
        select
            *,
            antall - 1 as overganger,
            -- The variance of the durations from integer sums, so that it is
            -- the same in every run.
            (antall * kvadratsum - lengde * lengde) / (antall * antall) as varians,
            (antall - 1) * power(1 - lengde / antall, 2) as storste_varians,
            - list_sum(list_transform(list_filter(tid, lambda t:t > 0), lambda t:t / lengde * ln(t / lengde)))
            / ln(8) as entropi
        from episoder
        join delsekvenser using (tilstander)
    )
select
    person_key,
    forlop_nr,
    array_to_string(tilstander, ' > ') as lop,
    overganger,
    ulike_tilstander,
    passive_perioder,
    lengste_passive,
    phi as delsekvenser,
    abs(entropi) as entropi,
    log2(phi * (storste_varians + 1) / (varians + 1)) as turbulens,
    sqrt(overganger / greatest(lengde - 1, 1) * abs(entropi)) as kompleksitet
from maalt
