"""A synthetic register one can believe: lives lived in continuous time, and a register kept of them.

Nothing here knows what is measured later. There is no step that makes a month, a state or a share; there are people to
whom things happen at some instant, and offices that write some of it down. A delivery is what stood in the books on
the last day of a month.

**Who depends on whom.** Read downwards: a line depends on those above it, and on nothing below.

    people      when they enter (six years of the benefits there were before AAP, then AAP month by month), sex, age
                (from 2012 on ever more of them young), diagnosis, education, way in: from sick leave with an
                employer, without one, or neither. Four things no register holds: frailty, drive, how long this one's
                treatments last, and whether they leave room for work beside them, or for tiltak too.
    life        competing risks, everything at once:
      health      syk → bedring → frisk nok, back and forth; from the first two to varig nedsatt, for good.
                  Age and frailty speed or slow it; treatment helps.
      treatment   begins and ends by health; ends sooner and begins more rarely in tiltak. Some are never treated. Some
                  treatments last for years; some fill the days, and are not combined with tiltak, or not with work
                either.
      employer    had at entry or not; lost in time by those who do not work; won with a job.
      work        part-time, by health, education, sex, age, diagnosis, employer, drive, treatment; rarer in tiltak.
      tiltak      by age, health, diagnosis, education, sex, drive, year (places); rarer for those who work, are
                  treated, have just come, are clarified or past the limit. Of a group (praksis, avklaring …),
                  agreed for some months, sometimes broken off.
      clarified   varig nedsatt is found out; uføretrygd follows.
      job-ready   fit but without work: three months as a job-seeker.
      the limit   four years (the converted: 1 March 2014), then an exception, a wait for uføretrygd, or out.
      exits       to work, uføretrygd, something else; death; 67 years. Some who left for work or something else
                  come back, few of them who had used up their four years.
    conversion  who is on the old benefits on 1 March 2010 goes on to AAP in the middle of everything; what was over by
                then is forgotten, and who had left comes, if ever, as somebody new.
    the case    opens before entry and closes after exit (world); vedtak a period at a time, prepared before they
                begin, cut short or made invalid by an exit (casework); innsatsgruppe (efforts).
    plans       some ready at entry, the others made later; signed or not, run out, renewed; the offices' effort
                changes by year.
    activities  a treatment is entered with a standard category if the veileder uses them, when it begins under a
                plan or a plan is made during it. Closed when somebody thinks of it, or goes through the case before a
                tiltak or as the person is found lastingly reduced.
    tiltak rows offered, begun, ended, with statuses that lag; applications that came to nothing.
    cards       each fortnight for those on AAP, with the hours of those who work and are not on summer holiday; late,
                corrected or missing.
    payments    for each card, by days on AAP less hours worked.
    defects     on the written rows only: doubles, conflicts, strangers, dates and codes of no use (`defects`).

Health is the only common cause of treatment, work, tiltak and exit besides what people bring; the register's side
(plans, activities, cards) never acts back on life. That is a simplification: in the world a plan may start a tiltak.

**Modules.** `parameters.yaml` (every number, with what it answers to) · `noise` (chance by person, not by order) ·
`people` · `state`, `hazards`, `life`, `episodes`, `conversion` · `world` · `casework`, `efforts`, `plans`,
`activities`, `tiltak`, `persons`, `diagnoses`, `cards`, `card_rows` · `tables` (rows in versions) · `register` (any
month's extracts) · `defects`, `formats`, `truth`, `deliveries` (what is written).

How the parameters were found, and how far the result is from the studies: docs/syntetisk.md.
"""

from pipelines.synthetic.deliveries import generate
from pipelines.synthetic.people import SCHEME_START

__all__ = ["SCHEME_START", "generate"]
