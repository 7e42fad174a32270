-- Grain: a published change between months and a reading of it.
-- Key: id, lesning.
-- Rule: rules.md §6. The same persons are in both months, so what a change is
-- uncertain by is the turnover: persons paid in only one of them. `personer` is the sum
-- over persons of the square of what each adds to the change; of a change in percent,
-- less what the person adds to what it is a percent of.
with
    bidrag as (
        select
            kobling.id,
            kobling.lesning,
            person_maaned.person_key,
            sum(kobling.teller / (datediff('month', kobling.fra, kobling.til) + 1)) as teller,
            sum(kobling.nevner / (datediff('month', kobling.fra, kobling.til) + 1)) as nevner
        from kobling
        join
            klargjort.person_maaned
            on person_maaned.maaned between kobling.fra and kobling.til
            and person_maaned.mottaker
        where kobling.storrelse in ('endring', 'endring_prosent') and kobling.mal = 'mottakere'
        group by kobling.id, kobling.lesning, person_maaned.person_key
    ),
    like_bidrag as (
        select id, lesning, teller, nevner, count(*) as antall
        from bidrag
        group by id, lesning, teller, nevner
    ),
    andeler as (
        select
            *,
            coalesce(
                sum(antall * teller order by teller, nevner) over alle_ledd
                / nullif(sum(antall * nevner order by teller, nevner) over alle_ledd, 0),
                0
            ) as andel
        from like_bidrag
        window alle_ledd as (partition by id, lesning)
    ),
    kvadrater as (select id, lesning, antall * power(teller - andel * nevner, 2) as kvadrat from andeler)
select id, lesning, sum(kvadrat order by kvadrat) as personer
from kvadrater
group by id, lesning
