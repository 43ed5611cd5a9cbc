"""Which vials cover their day: handed out for that very day, not voided, not reported full, lost or not drunk (domain
2.3 c). And when a vial is due back: on the day after the last one of its hand-out, when the patient drinks here again.
"""

from typing import Final

# Of a vial `tv`.
NOT_VOIDED: Final = "NOT EXISTS (SELECT FROM dispensing_vialvoid vv WHERE vv.vial_id = tv.id)"
# What is reported of a vial is put right by a later row; what nobody corrected stands.
COVERS: Final = f"""({NOT_VOIDED} AND NOT EXISTS (
            SELECT FROM dispensing_vialreport vr
             WHERE vr.vial_id = tv.id AND vr.what <> 'returned_empty'
               AND NOT EXISTS (SELECT FROM dispensing_vialreport vc WHERE vc.corrects_id = vr.id)))"""  # noqa: S608
# Of a hand-out `h`.
DUE_ON: Final = "h.day + h.days + 1"
