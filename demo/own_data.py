"""At the first site of the demo province two people have asked about their own data: one was answered, one waits."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from demo import dice
from demo.refusals import left_out
from demo.sites import NobodyThere, Site
from patients.models import DataRequest, Patient
from patients.rules.data_requests import AskedFor, Outcome
from patients.services import data_requests


def until_now(sites: Sequence[Site], now: datetime) -> None:
    """Ask once; a later call leaves it as it is."""
    for site in sites[:1]:
        if DataRequest.objects.filter(patient__placements__facility_id=site.facility_id).exists():
            continue
        here = Patient.objects.filter(
            placements__facility_id=site.facility_id, placements__ended_on__isnull=True, status="in_treatment"
        )
        with suppress(NobodyThere), left_out("own_data"):
            by = site.team.head.access
            for patient, kind in zip(here.order_by("code")[:2], (AskedFor.ACCESS, AskedFor.CORRECTION), strict=False):
                asked = data_requests.receive(
                    request_id=dice.fact_id(now, site.seed, site.spec.key, "own data", kind),
                    patient_id=patient.pk,
                    kind=kind,
                    received_on=now.astimezone(site.zone).date(),
                    words="" if kind is AskedFor.ACCESS else "năm sinh trên thẻ chưa đúng",
                    by=by,
                    now=now,
                )
                if kind is AskedFor.ACCESS:
                    data_requests.answer(request_id=asked.pk, patient_id=patient.pk, by=by, now=now)
                    data_requests.end(request_id=asked.pk, patient_id=patient.pk, outcome=Outcome.DONE, by=by, now=now)
