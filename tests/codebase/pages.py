"""Every address of the product, read from config.urls, with an object of the first site to stand in each of them."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

from core.access import Policy
from core.fhir import parts
from core.ids import new_id
from dispensing.models import Dose, Hold, Prescription
from dispensing.rules.incident_codes import NearMissKind
from dispensing.services import incidents
from dispensing.services.incidents import NewNearMiss
from followup.models import CaseKind
from followup.services import cases
from inventory.models import Act, ActKind, Balance, Bottle, MeasuringDevice, Recall, Request, Why
from inventory.rules.transport import TransportItem
from inventory.services import destructions, measures, recalls, restocking, transport
from patients.models import Alert, Patient, PlacementKind
from patients.services import placements
from patients.services.placements import Visit
from staff.models import Appointment, Attestation, Mode, Proof, RemoteCode
from staff.services import signatures
from staff.services.attestations import Alone
from tests import cast, world, world_patients, world_stock
from tests.api import hands as api_hands
from tests.dispensing import (
    clinic_asked,
    elsewhere,
    mishaps,
    morning,
    overdosed,
    paper,
    phoned,
    referring,
    staying_away,
    taking_home,
)
from tests.entrance import access
from tests.followup import hands as followup_hands
from tests.inventory import asking, counting, destroying, inspecting, road
from tests.inventory.site import Site
from tests.oversight import reporting
from tests.patients import records
from tests.staff import planning, working

_PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Page:
    """One address: its name, the route with its parameters, and the view behind it."""

    name: str
    route: str
    view: Callable[..., Any]

    @property
    def policy(self) -> Policy | None:
        return getattr(self.view, "policy", None)

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(found["name"] for found in _PARAMETER.finditer(self.route))

    def nowhere(self) -> str:
        """The address with ids that belong to nothing: enough for whoever may not even ask."""
        return "/" + _PARAMETER.sub(lambda found: _NOTHING[found["kind"] or "str"], self.route)

    def of_the_site(self) -> str:
        """The address of something that belongs to the first site of the cast."""
        return "/" + _PARAMETER.sub(lambda found: str(OF_THE_SITE[found["name"]]()), self.route)


_NOTHING: Final = {"uuid": str(uuid.UUID(int=1)), "int": "1", "str": "x", "slug": "x", "path": "x"}


def every_page() -> list[Page]:
    return sorted(_walk(get_resolver().url_patterns), key=lambda page: page.route)


def _walk(patterns: list[URLPattern | URLResolver], route: str = "", space: str = "") -> Iterator[Page]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, f"{pattern.namespace or space}")
        else:
            yield Page(f"{space}:{pattern.name}", here, pattern.callback)


def _site() -> int:
    return world.facility(cast.SITE).pk


def _patient() -> Patient:
    return Patient.objects.get(code=world_patients.PHONG.code)


def _visit() -> int:
    tomorrow = world.TODAY + timedelta(days=1)
    away = Visit(PlacementKind.HOSPITAL, tomorrow, tomorrow + timedelta(days=3), place="BVĐK tỉnh")
    by = access(cast.PHYSICIAN)
    return placements.visit(patient_id=_patient().pk, visit=away, by=by, now=world.NOW).pk


def _dose() -> Dose:
    """Somebody of the site drank; made anew where the world has none."""
    found = Dose.objects.filter(facility_id=_site()).first()
    return found or morning.recorded(morning.drink(morning.patient(), access(cast.DISPENSER)))


def _case() -> uuid.UUID:
    return cases.open_case(
        kind=CaseKind.DOSE_FINDING,
        facility_id=_site(),
        subject_kind="dose",
        subject_id=new_id(),
        patient_id=_patient().pk,
        findings=[],
        by=access(cast.DISPENSER),
        now=world.NOW,
    ).pk


def _alert() -> uuid.UUID:
    return Alert.objects.create(
        patient=_patient(),
        kind="medicine",
        effect="lowers",
        change="started",
        since=world.TODAY,
        source="patient",
        recorded_at=world.NOW,
        recorded_by=world.person(cast.DISPENSER),
    ).pk


def _hold() -> uuid.UUID:
    return Hold.objects.create(
        patient=_patient(),
        facility_id=_site(),
        reason="other",
        unlocker="physician",
        placed_at=world.NOW,
        placed_by=world.person(cast.PHYSICIAN),
    ).pk


def _signed_by_code() -> uuid.UUID:
    """Somebody read a code over the phone to a colleague at the window."""
    code = RemoteCode.objects.create(
        witness=world.person(cast.DISPENSER), actor=world.person(cast.SECOND_DISPENSER), facility_id=_site(),
        acting_as="dispenser", code_hash="x", made_at=world.NOW, expires_at=world.NOW,
    )  # fmt: skip
    act_id, digest = new_id(), "0" * 64
    signature = signatures.record(
        person_id=code.witness_id, facility_id=_site(), acting_as="dispenser", proof=Proof.CODE, meaning="witnessed",
        subject_kind="tests", subject_id=act_id, digest=digest, signed_at=world.NOW,
    )  # fmt: skip
    return Attestation.objects.create(
        act_kind="tests", act_id=act_id, digest=digest, facility_id=_site(), actor_id=code.actor_id,
        mode=Mode.REMOTE, second_id=code.witness_id, signature=signature, code=code, at=world.NOW,
    ).pk  # fmt: skip


def _measure() -> uuid.UUID:
    site = Site(access(cast.DISPENSER))
    command = measures.Measure(new_id(), site.opened, Why.WEEKLY, ("1000",), Alone("một mình"))
    return measures.record(command=command, by=site.by, now=world.NOW).row.pk


def _near_miss() -> uuid.UUID:
    command = NewNearMiss(new_id(), NearMissKind.NEARLY_OTHER_PERSON)
    return incidents.near_miss(command=command, by=access(cast.DISPENSER), now=world.NOW).pk


def _duty() -> object:
    return working.typed(begins="18:00", ends="20:00").pk


def _request() -> uuid.UUID:
    """A month is asked for once: the request that stands, where one does."""
    standing = Request.objects.filter(facility_id=_site(), cancelled_at__isnull=True).first()
    return standing.pk if standing else asking.sent().request_id


def _attestation() -> uuid.UUID:
    return Attestation.objects.create(
        act_kind="tests",
        act_id=new_id(),
        digest="0" * 64,
        facility_id=_site(),
        actor=world.person(cast.DISPENSER),
        mode=Mode.ALONE,
        reason="một mình",
        at=world.NOW - timedelta(hours=1),
    ).pk


# What stands for each parameter of an address, by its name: something that belongs to the first site. A page with a
# parameter of a new name fails the tests until it is told here.
def _task() -> object:
    return followup_hands.task().pk


def _transport() -> object:
    going = road.Road(road.stored(cast.MAIN_CLINIC, 2))
    going.prepare()
    by = road.acting(cast.CARRIER)
    asked = transport.ask(
        consignment_id=going.id, items=[TransportItem.VEHICLE], reason="", by=by, now=world.NOW
    )  # fmt: skip
    return asked[0].pk


def _restock() -> object:
    by = access(cast.DISPENSER)
    asked = restocking.look(facility_id=_site(), by=by, now=world.NOW)
    assert asked is not None
    return asked.pk


def _recall() -> object:
    """A lot is called back once: the recall that stands, where one does."""
    command = destroying.of_lot()
    standing = Recall.objects.filter(lot_id=command.lot_id).first()
    return standing.pk if standing else recalls.declare(command=command, by=access(cast.STORE_KEEPER), now=world.NOW).pk


def _destruction() -> object:
    """Only a main clinic has one: the cast's own."""
    keeper = access(cast.STORE_KEEPER)
    return destructions.plan(command=destroying.plan(keeper), by=keeper, now=world.NOW).pk


OF_THE_CLINIC: Final = frozenset({"destruction_id"})  # what no satellite has: asked for by somebody of the clinic
OF_THE_SITE: Final[dict[str, Callable[[], object]]] = {
    "row_id": _site,
    "app_label": lambda: "facilities",
    "absence_id": lambda: staying_away.announced(_patient()).pk,
    "alert_id": _alert,
    "wrong_dose_id": lambda: mishaps.drunk_by("unknown", _dose().pk, access(cast.DISPENSER)).pk,
    "vomit_id": lambda: mishaps.vomited(_dose().pk, access(cast.DISPENSER)).pk,
    "near_miss_id": _near_miss,
    "incident_id": lambda: overdosed.started().pk,
    "request_id": _restock,
    "observation_id": lambda: mishaps.watched(_patient().pk, access(cast.DISPENSER)).pk,
    "act_id": lambda: Act.objects.filter(facility_id=_site(), kind=ActKind.RECEIPT).order_by("recorded_at").first().pk,
    "appointment_id": lambda: Appointment.objects.get(person__username=cast.DISPENSER.username).pk,
    "attestation_id": _attestation,
    "case_id": _case,
    "day": lambda: world.TODAY.isoformat(),
    "delegation_id": lambda: phoned.delegation().pk,
    "device_id": lambda: MeasuringDevice.objects.filter(facility_id=_site()).order_by("pk").first().pk,
    "transport_id": _transport,
    "asked_id": lambda: records.asked().pk,
    "digest": lambda: "0" * 64,
    "cut_off_id": lambda: staying_away.cut_off().pk,
    "consignment_id": lambda: road.Road(road.stored(cast.MAIN_CLINIC, 2)).prepare().consignment_id,
    "requisition_id": _request,
    "dose_id": lambda: _dose().pk,
    "duty_id": _duty,
    "facility_id": _site,
    "report_id": lambda: reporting.of_the_site().pk,
    "help_page": lambda: "cap-phat",
    "hold_id": _hold,
    "key": lambda: "DosingSettings.missed_same_dose_max",
    "named_order_id": lambda: phoned.phone_order().pk,
    "measure_id": _measure,
    "recall_id": _recall,
    "destruction_id": _destruction,
    "spill_id": lambda: counting.spilt(Site(access(cast.DISPENSER))).pk,
    "inspection_id": lambda: inspecting.seen(Site(access(cast.DISPENSER))).pk,
    "count_id": lambda: counting.count(Site(access(cast.DISPENSER))).pk,
    "loss_id": lambda: counting.lost(Site(access(cast.DISPENSER))).pk,
    "lot_id": lambda: Balance.objects.filter(account__facility_id=_site()).order_by("lot_id").first().lot_id,
    "number": lambda: Bottle.objects.filter(balance__account__facility_id=_site()).order_by("-number").first().number,
    "patient_id": lambda: _patient().pk,
    "placement_id": _visit,
    "referral_id": lambda: referring.Road().draft().id,
    "referral_step": lambda: "send",
    "elsewhere_id": lambda: elsewhere.documented(_patient())[0].pk,
    "enrolled_id": lambda: api_hands.enrolled()[0].pk,
    "question_id": lambda: clinic_asked.asked(_patient()).pk,
    "said": lambda: "reply",
    "take_home_id": lambda: taking_home.handed().pk,
    "vial_id": lambda: taking_home.vial().pk,
    "person_id": lambda: world.person(cast.DISPENSER).pk,
    "calendar_day": lambda: world.TODAY.isoformat(),
    "rota_role": lambda: "pour",
    "rota_duty_id": lambda: planning.planned().pk,
    "swap_id": lambda: planning.offered().pk,
    "off_id": lambda: planning.off().pk,
    "choice_id": lambda: planning.leave_choice().pk,
    "certificate_id": lambda: planning.certificate().pk,
    "sheet_id": lambda: paper.sheet(access(cast.DISPENSER)).pk,
    "book": lambda: "daily",
    "task_id": _task,
    "remote_id": _signed_by_code,
    "fhir_patient": lambda: _patient().pk,
    "fhir_order": lambda: Prescription.objects.filter(facility_id=_site(), ended_on__isnull=True).first().pk,
    "fhir_administration": lambda: _dose().pk,
    "fhir_dispense": lambda: taking_home.vial().pk,
    "supply_request": lambda: parts.part_id(_request(), world_stock.methadone().pk, world_stock.LITRE),
    "supply_delivery": lambda: road.Road(road.stored(cast.MAIN_CLINIC, 2)).leave().id,
    "prescription_id": lambda: Prescription.objects.filter(facility_id=_site(), ended_on__isnull=True).first().pk,
}
