-- Grain: a person of any delivery.
-- Key: person_key.
-- Rule: personvern.md, «Analysebildet»: in the snapshot for analysis a person has
-- another pseudonym, made with a key that is thrown away, so that neither the key of
-- the register nor another snapshot leads from one to the other. The month of birth is
-- that of the latest delivery.
select
    person_key,
    substr(sha256($nokkel::blob || encode(person_key::varchar)), 1, 32)::uuid as ny_nokkel,
    arg_max(fodselsmaaned, maaned) as fodselsmaaned
from kilde.person
group by all
