"""Why there was no dose, for other programs."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Permission
from core.api.door import access_of, api, screen_of
from core.api.fields import ClientId, Mg, Moment
from core.api.problems import other_content
from dispensing.api.dosing import read_slip
from dispensing.api.refusals import refused
from dispensing.models import Outcome
from dispensing.rules.choices import SIGN_WORDS, OutcomeCode
from dispensing.rules.outcomes import RULES
from dispensing.services import outcomes
from dispensing.services.outcomes import NewOutcome, OtherContent, OutcomeRefused
from patients.models import Patient

# Vomiting is told of a dose that stands, a closed site of a whole day.
STATED = [str(code) for code, rule in RULES.items() if not rule.after_dose and code is not OutcomeCode.SITE_CLOSED]


class NewOutcomeSerializer(serializers.Serializer[Any]):
    """Withheld and intoxicated name the signs seen and when to look again; a poured cup brings the slip along."""

    id = ClientId()
    patient = serializers.UUIDField()
    code = serializers.ChoiceField(STATED)
    signs = serializers.ListField(
        child=serializers.ChoiceField([str(sign) for sign in SIGN_WORDS]), required=False, default=list, max_length=10
    )
    recheck_at = Moment(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="", help_text="no name")
    slip = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class OutcomeReceiptSerializer(serializers.Serializer[Any]):
    """What stands of it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["recorded", "known"])
    patient = serializers.UUIDField()
    day = serializers.DateField()
    code = serializers.CharField()
    at = serializers.DateTimeField()
    recheck_at = serializers.DateTimeField(allow_null=True)
    poured_mg = Mg(allow_null=True, read_only=True)


@extend_schema(
    operation_id="outcome_state",
    tags=["dosing"],
    request=NewOutcomeSerializer,
    responses={200: OutcomeReceiptSerializer, 201: OutcomeReceiptSerializer},
    examples=[
        OpenApiExample(
            "withheld",
            {
                "id": "01990a3c-6d1e-7c8a-9b1f-2f6f0c3f7a10", "patient": "01990a3c-1111-7c8a-9b1f-2f6f0c3f7a10",
                "code": "withheld", "signs": ["alcohol"], "recheck_at": "2026-11-24T07:30:00+07:00",
            },
            request_only=True,
        )
    ],
)  # fmt: skip
@api(Permission.RECORD_OUTCOME, methods=("POST",))
def state(request: Request) -> Response:
    """State why a patient gets no dose today: withheld, refused, sent away, in hospital, … and what became of a cup."""
    body = NewOutcomeSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    said, by, now = body.validated_data, access_of(request), clock.now()
    slip = read_slip(said["slip"]) if said["slip"] else None
    own = slip is None or (slip.patient_id, slip.facility_id, slip.person_id) == (
        said["patient"], by.facility_id, by.person_id,
    )  # fmt: skip
    if not own:
        raise other_content()
    stays_open = RULES[OutcomeCode(said["code"])].stays_open
    command = NewOutcome(
        id=said["id"],
        patient_id=said["patient"],
        code=said["code"],
        signs=tuple(said["signs"]) if stays_open else (),
        note=said["note"],
        recheck_at=said["recheck_at"] if stays_open else None,
        slip=slip,
    )
    known = Outcome.objects.filter(pk=command.id).exists()
    try:
        outcome = outcomes.state(command=command, by=by, now=now, screen=screen_of(request))
    except Patient.DoesNotExist as error:
        raise Http404 from error
    except OutcomeRefused as error:
        raise refused(error.violations) from error
    except OtherContent as error:
        raise other_content() from error
    told = {
        "id": outcome.pk,
        "status": "known" if known else "recorded",
        "patient": outcome.patient_id,
        "day": outcome.day,
        "code": str(outcome.code),
        "at": outcome.at,
        "recheck_at": outcome.recheck_at,
        "poured_mg": outcome.poured_mg,
    }
    return Response(OutcomeReceiptSerializer(told).data, status=200 if known else 201)
