"""Which vials cover their day: handed out for that very day, not reported full, lost or not drunk (domain 2.3 c)."""

from typing import Final

# Of a vial `tv`. What is reported is put right by a later row; what nobody corrected stands.
COVERS: Final = """NOT EXISTS (
            SELECT FROM dispensing_vialreport vr
             WHERE vr.vial_id = tv.id AND vr.what <> 'returned_empty'
               AND NOT EXISTS (SELECT FROM dispensing_vialreport vc WHERE vc.corrects_id = vr.id))"""
