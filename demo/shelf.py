"""What happens at the emergency shelves of the demo: one fell over a month ago and nobody has answered since; at a busy
site somebody was found at the gate, helped, and the report is written.
"""

from datetime import date, timedelta
from typing import Final

from demo.sites import Hand, Site
from dispensing.models import OverdoseIncident
from dispensing.rules.overdose import Signs
from dispensing.rules.overdose_codes import Avpu, OverdoseEnd, OverdoseStep, Place, Pupils, Response, Route, Substance
from dispensing.services import overdose_reports, overdoses
from dispensing.services.overdose_reports import NewReport
from dispensing.services.overdoses import Naloxone, NewOverdose, NewStep
from inventory.queries.shelf import lots_here
from inventory.rules.shelf_codes import AmpouleFate
from inventory.services import ampoules
from inventory.services.ampoules import Withdrawal

WAITS_DAYS: Final = 31
HELPED_DAYS: Final = 12
EMPTY_SITE: Final = "man"
HELPING_SITE: Final = "trang"


def happen(site: Site, day: date, *, today: date) -> None:
    """What the shelf's story has for this day; nothing on every other."""
    if site.spec.key == EMPTY_SITE and (today - day).days == WAITS_DAYS:
        _fell(site, day)
    if site.spec.key == HELPING_SITE and (today - day).days == HELPED_DAYS:
        _helped(site, day)


def _fell(site: Site, day: date) -> None:
    """Every ampoule broke; the request that this raised is still open."""
    at = site.moment(day, 10, 20)
    for lot in lots_here(facility_id=site.facility_id):
        command = Withdrawal(
            site.id(at, "ampoules", lot.lot_id), lot.lot_id, lot.quantity, AmpouleFate.BROKEN,
            site.team.witness.signs(), "tủ cấp cứu đổ",
        )  # fmt: skip
        ampoules.withdraw(command=command, by=site.dispenser(day, 0).access, now=at)


def _helped(site: Site, day: date) -> None:
    """Somebody who is no patient, at the gate after hours."""
    if OverdoseIncident.objects.filter(facility_id=site.facility_id).exists():
        return
    hand, at = site.dispenser(day, 0), site.moment(day, 15, 5)
    found = NewOverdose(site.id(at, "overdose"), at, Place.OTHER, "trước cổng trạm")
    incident = overdoses.start(command=found, by=hand.access, now=at)
    lots = lots_here(facility_id=site.facility_id)
    lot_id = lots[0].lot_id if lots else None
    given = Naloxone(Route.IM, Response.BREATHES, lot_id, 1)
    steps: list[tuple[int, OverdoseStep, dict[str, object]]] = [
        (1, OverdoseStep.CALL, {}),
        (2, OverdoseStep.VENTILATION, {}),
        (3, OverdoseStep.NALOXONE, {"naloxone": given}),
        (6, OverdoseStep.SIGNS, {"signs": Signs(avpu=Avpu.VOICE, breaths=12, spo2=93, pupils=Pupils.PINPOINT)}),
        (10, OverdoseStep.CLINIC, {}),
        (40, OverdoseStep.TRANSFER, {}),
    ]
    for minutes, step, more in steps:
        when = at + timedelta(minutes=minutes)
        line = NewStep(site.id(when, "overdose", str(step)), incident.pk, step, when, **more)  # type: ignore[arg-type]
        overdoses.add(command=line, by=hand.access, now=when)
    _report(site, incident, hand, at_hour=17, day=day)


def _report(site: Site, incident: OverdoseIncident, hand: Hand, *, at_hour: int, day: date) -> None:
    at = site.moment(day, at_hour)
    report = NewReport(
        id=site.id(at, "overdose report"),
        incident_id=incident.pk,
        outcome=OverdoseEnd.TRANSFERRED,
        present=hand.access.label,
        root_cause="dùng heroin sau khi mới ra viện; không phải người bệnh của trạm",
        pin=hand.post.pin,
        substances=(Substance.HEROIN, Substance.ALCOHOL),
        physician="bác sĩ trực cơ sở điều trị",
        physician_at=incident.found_at + timedelta(minutes=10),
        hospital="Trung tâm y tế khu vực",
        transport="xe cứu thương",
        transferred_at=incident.found_at + timedelta(minutes=40),
    )
    overdose_reports.write(command=report, by=hand.access, now=at)
