"""Orders for other programs: read within reach, signed and stopped by a physician with their PIN."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Permission
from core.api.door import access_of, api
from core.api.fields import PAGE_PARAMETER, ClientId, Mg, a_page, page_asked, paged
from core.api.problems import REFUSED, Problem, other_content
from dispensing.api.refusals import pin_refused, refused
from dispensing.models import Prescription
from dispensing.queries.order_list import get_order, orders_within
from dispensing.rules.choices import PHASE_WORDS
from dispensing.rules.facts import IfMissedStep
from dispensing.services import prescriptions
from dispensing.services.prescriptions import NewPrescription, OtherContent, PrescriptionRefused, StopRefused
from patients.models import Patient
from staff.services.pins import PinRefused

_ID = "01990a3c-6d1e-7c8a-9b1f-2f6f0c3f7a10"


class IfMissedSerializer(serializers.Serializer[Any]):
    """After so many missed days in a row: this dose for so many days, without asking again."""

    from_missed = serializers.IntegerField(min_value=1, max_value=99)
    to_missed = serializers.IntegerField(min_value=1, max_value=99)
    dose_mg = Mg()
    days = serializers.IntegerField(min_value=1, max_value=99)


class OrderSerializer(serializers.Serializer[Any]):
    """One signed order. Both days are covered; `slot_mg` are the parts of the day's dose in their order."""

    id = serializers.UUIDField()
    patient = serializers.UUIDField()
    code = serializers.CharField()
    initials = serializers.CharField()
    facility = serializers.IntegerField()
    phase = serializers.ChoiceField(list(PHASE_WORDS))
    dose_mg = Mg(read_only=True)
    slot_mg = serializers.ListField(child=Mg(read_only=True))
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField(allow_null=True)
    if_missed = IfMissedSerializer(many=True)
    bridging = serializers.BooleanField()
    by_main_clinic = serializers.BooleanField()
    signed_by = serializers.CharField(allow_null=True, help_text="initials; null for an order told by phone")
    recorded_at = serializers.DateTimeField()


class NewOrderSerializer(serializers.Serializer[Any]):
    """What a physician signs. `large_change_confirmed` and `answers_missed` answer what the rules ask."""

    id = ClientId()
    patient = serializers.UUIDField()
    phase = serializers.ChoiceField(list(PHASE_WORDS))
    slot_mg = serializers.ListField(child=Mg(), min_length=1, max_length=2)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    if_missed = IfMissedSerializer(many=True, required=False, default=list, max_length=5)  # type: ignore[call-arg]
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="", help_text="no name")
    large_change_confirmed = serializers.BooleanField(required=False, default=False)
    answers_missed = serializers.BooleanField(required=False, default=False)
    pin = serializers.RegexField(r"^[0-9]{4,12}$", write_only=True)


class StopSerializer(serializers.Serializer[Any]):
    """The physician's own PIN."""

    pin = serializers.RegexField(r"^[0-9]{4,12}$", write_only=True)


OrdersSerializer: Any = paged("OrdersSerializer", OrderSerializer)


class OrdersQuery(serializers.Serializer[Any]):
    """What the list of orders is asked with."""

    patient = serializers.UUIDField(required=False, allow_null=True, default=None)
    ended = serializers.BooleanField(required=False, default=False)


_ORDER_PARAMETERS = [
    PAGE_PARAMETER,
    OpenApiParameter("patient", {"type": "string", "format": "uuid"}),
    OpenApiParameter("ended", bool, description="those that hold no longer as well, newest first"),
]


@extend_schema(
    operation_id="prescriptions_list",
    tags=["prescriptions"],
    responses=OrdersSerializer,
    parameters=_ORDER_PARAMETERS,
)
@api(Permission.VIEW_PRESCRIPTIONS)
def orders(request: Request) -> Response:
    """The orders that hold today or begin later, of every patient within reach."""
    query = OrdersQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked = query.validated_data
    found = orders_within(
        access_of(request), now=clock.now(), patient_id=asked["patient"], ended=asked["ended"]
    )  # fmt: skip
    told = a_page(found, page_asked(request))
    told["results"] = [_told(order) for order in told["results"]]
    return Response(OrdersSerializer(told).data)


@extend_schema(
    operation_id="prescription_sign",
    tags=["prescriptions"],
    request=NewOrderSerializer,
    responses={200: OrderSerializer, 201: OrderSerializer},
    examples=[
        OpenApiExample(
            "maintenance",
            {
                "id": _ID, "patient": "01990a3c-1111-7c8a-9b1f-2f6f0c3f7a10", "phase": "maintenance",
                "slot_mg": ["65"], "starts_on": "2026-11-25", "ends_on": "2026-12-24", "pin": "482915",
            },
            request_only=True,
        )
    ],
)  # fmt: skip
@api(Permission.PRESCRIBE, methods=("POST",))
def sign(request: Request) -> Response:
    """Sign an order; those that would still hold on its first day end the day before it.

    422 with `violations`: stops, or questions (level "ask") to answer by large_change_confirmed or answers_missed.
    """
    body = NewOrderSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    said, by, now = body.validated_data, access_of(request), clock.now()
    command = NewPrescription(
        id=said["id"],
        patient_id=said["patient"],
        phase=said["phase"],
        slot_mg=tuple(said["slot_mg"]),
        starts_on=said["starts_on"],
        ends_on=said["ends_on"],
        if_missed=tuple(IfMissedStep(**step) for step in said["if_missed"]),
        note=said["note"],
        large_change_confirmed=said["large_change_confirmed"],
        answers_missed=said["answers_missed"],
    )
    known = Prescription.objects.filter(pk=command.id).exists()
    try:
        order = prescriptions.sign(command=command, by=by, pin=said["pin"], now=now)
    except Patient.DoesNotExist as error:
        raise Http404 from error
    except PinRefused as error:
        raise pin_refused(error) from error
    except PrescriptionRefused as error:
        raise refused(error.violations) from error
    except OtherContent as error:
        raise other_content() from error
    return Response(OrderSerializer(_told(order)).data, status=200 if known else 201)


@extend_schema(operation_id="prescription_read", tags=["prescriptions"], responses=OrderSerializer)
@api(Permission.VIEW_PRESCRIPTIONS)
def order(request: Request, prescription_id: UUID) -> Response:
    """One order within reach."""
    return Response(OrderSerializer(_told(_get(request, prescription_id))).data)


@extend_schema(
    operation_id="prescription_stop", tags=["prescriptions"], request=StopSerializer, responses=OrderSerializer
)
@api(Permission.PRESCRIBE, methods=("POST",))
def stop(request: Request, prescription_id: UUID) -> Response:
    """End an order at once, without a successor. The same again by the same person answers the same."""
    _get(request, prescription_id)
    body = StopSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        stopped = prescriptions.stop(
            prescription_id=prescription_id, by=access_of(request), pin=body.validated_data["pin"], now=clock.now()
        )
    except Prescription.DoesNotExist as error:
        raise Http404 from error
    except PinRefused as error:
        raise pin_refused(error) from error
    except StopRefused as error:
        raise Problem(code="stop_refused", words=error.sentence, status_code=REFUSED) from error
    return Response(OrderSerializer(_told(stopped)).data)


def _get(request: Request, prescription_id: UUID) -> Prescription:
    try:
        return get_order(prescription_id, by=access_of(request), now=clock.now())
    except Prescription.DoesNotExist as error:
        raise Http404 from error


def _told(order: Prescription) -> dict[str, Any]:
    plain = (
        "id", "phase", "dose_mg", "slot_mg", "starts_on", "ends_on", "ended_on", "end_reason", "if_missed", "bridging",
        "by_main_clinic", "recorded_at",
    )  # fmt: skip
    return {name: getattr(order, name) for name in plain} | {
        "patient": order.patient_id,
        "code": order.patient.code,
        "initials": order.patient.initials,
        "facility": order.facility_id,
        "signed_by": order.signed_by.initials if order.signed_by else None,
    }
