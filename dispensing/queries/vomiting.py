"""Which statement that a dose was vomited still stands: for what a day came to, and for what may be poured on it."""

from typing import Final

# Of an outcome `o` that says so: a dose that was drunk before it stands, and no replacement was drunk after it. It then
# goes before whatever else was stated of the day, earlier or later: nothing of that puts anything back into the body.
STANDS: Final = """(EXISTS (
            SELECT FROM dispensing_dose x
             WHERE x.patient_id = o.patient_id AND x.covers_day = o.day AND x.given_at <= o.at
               AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = x.act_id))
        AND NOT EXISTS (
            SELECT FROM dispensing_dose x
             WHERE x.patient_id = o.patient_id AND x.covers_day = o.day AND x.kind = 'replacement'
               AND x.given_at >= o.at AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = x.act_id)))"""
