"""Overdoses at Mường Pồn, for tests."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from core.access import Access
from core.ids import new_id
from dispensing.models import OverdoseEvent, OverdoseIncident, OverdoseReport
from dispensing.rules.overdose import Signs
from dispensing.rules.overdose_codes import Avpu, OverdoseEnd, OverdoseStep, Response, Route
from dispensing.services import overdose_reports, overdoses
from dispensing.services.overdose_reports import NewReport
from dispensing.services.overdoses import Naloxone, NewOverdose, NewStep
from inventory.models import Lot
from tests import cast, world_stock
from tests.world import NOW

EARLIER = NOW - timedelta(minutes=12)


def by(member: cast.Member = cast.DISPENSER) -> Access:
    return world_stock.act_as(member, now=NOW)


def started(code: str = "", **changes: Any) -> OverdoseIncident:
    """Somebody was found twelve minutes ago."""
    command = NewOverdose(**{"id": new_id(), "found_at": EARLIER, "code": code, **changes})
    return overdoses.start(command=command, by=by(), now=NOW)


def injected(incident_id: UUID, lot: Lot | None, count: int = 1, **changes: Any) -> OverdoseEvent:
    given = Naloxone(Route.IM, Response.BREATHES, lot.pk if lot else None, count)
    command = NewStep(
        **{
            "id": new_id(), "incident_id": incident_id, "step": OverdoseStep.NALOXONE, "at": NOW, "naloxone": given,
            **changes,
        }
    )  # fmt: skip
    return overdoses.add(command=command, by=by(), now=NOW)


def stepped(incident_id: UUID, step: OverdoseStep = OverdoseStep.CALL, **changes: Any) -> OverdoseEvent:
    command = NewStep(**{"id": new_id(), "incident_id": incident_id, "step": step, "at": NOW, **changes})
    return overdoses.add(command=command, by=by(), now=NOW)


def looked(incident_id: UUID) -> OverdoseEvent:
    return stepped(incident_id, OverdoseStep.SIGNS, signs=Signs(avpu=Avpu.VOICE, breaths=12))


def new_report(incident_id: UUID, **changes: Any) -> NewReport:
    usual = {
        "id": new_id(), "incident_id": incident_id, "outcome": OverdoseEnd.RECOVERED, "present": "L.T.H., L.T.B.",
        "root_cause": "uống rượu tối hôm trước", "pin": cast.DISPENSER.pin, "physician": "BS Đức", "physician_at": NOW,
        "hospital": "BV huyện", "transferred_at": NOW,
    }  # fmt: skip
    return NewReport(**{**usual, **changes})


def reported(incident_id: UUID, **changes: Any) -> OverdoseReport:
    return overdose_reports.write(command=new_report(incident_id, **changes), by=by(), now=NOW)
