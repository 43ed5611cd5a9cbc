"""What is done with a consignment, for other programs: handed over, arrived, looked at, received. The same services."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Permission
from core.api.door import access_of, api
from core.api.fields import ClientId
from inventory.api import get_consignment
from inventory.api_refusals import taken
from inventory.forms_custody import read_label
from inventory.rules.consignments import Arrived, ArrivedLoose
from inventory.rules.custody import State
from inventory.services import consignments, journeys, receipts
from inventory.services.consignments import HandOver
from inventory.services.custody import Stepped
from inventory.services.receipts import Counting, Inspection
from staff.services.attestations import Alone, Present, SecondPerson

_ID = "01990a3c-6d1e-7c8a-9b1f-2f6f0c3f7a10"
_PIN = r"^[0-9]{4,12}$"
Made = serializers.Serializer[Any]


class ConsignmentStepSerializer(serializers.Serializer[Any]):
    """The event as it stands in the chain of who took the step."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["recorded", "known"])
    consignment = serializers.UUIDField()
    state = serializers.ChoiceField([str(state) for state in State])


class HandOverSerializer(serializers.Serializer[Any]):
    """The boxes go into the carrier's hands; both sign by PIN."""

    id = ClientId()
    own_pin = serializers.RegexField(_PIN, write_only=True)
    carrier_pin = serializers.RegexField(_PIN, write_only=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ArriveSerializer(serializers.Serializer[Any]):
    """The boxes are here, unopened."""

    id = ClientId()


class InspectSerializer(serializers.Serializer[Any]):
    """The numbers read on the seals before anything is opened, and whether everything is whole."""

    id = ClientId()
    seals = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=50
    )
    intact = serializers.BooleanField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ArrivedBottleSerializer(serializers.Serializer[Any]):
    """A bottle in the hand: its label as scanned, the seal read on it, and whether it is damaged."""

    label = serializers.RegexField(r"^[0-9]{1,10}$")  # type: ignore[assignment]
    seal = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    damaged = serializers.BooleanField(required=False, default=False)


class ArrivedLooseSerializer(serializers.Serializer[Any]):
    """So much of a lot that has no bottles of its own."""

    lot = serializers.CharField(max_length=60)
    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000)


class SecondSerializer(serializers.Serializer[Any]):
    """Who stands beside and signs with their own PIN."""

    username = serializers.CharField(max_length=60)
    pin = serializers.RegexField(_PIN, write_only=True)


class ReceiveSerializer(serializers.Serializer[Any]):
    """What was in the boxes, counted without knowing what was sent. Two people sign.

    `alone` says why nobody else is there; it goes through only where the carrier receives.
    """

    id = ClientId()
    bottles = ArrivedBottleSerializer(many=True, required=False, default=list, max_length=500)  # type: ignore[call-arg]
    loose = ArrivedLooseSerializer(many=True, required=False, default=list, max_length=100)  # type: ignore[call-arg]
    second = SecondSerializer(required=False, allow_null=True, default=None)
    alone = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    own_pin = serializers.RegexField(_PIN, write_only=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


def _described(name: str, serializer: type[Made], **example: Any) -> Any:
    return extend_schema(
        operation_id=name,
        tags=["consignments"],
        request=serializer,
        responses={200: ConsignmentStepSerializer, 201: ConsignmentStepSerializer},
        examples=[OpenApiExample("sent", {"id": _ID} | example, request_only=True)],
    )


def _take(
    request: Request, consignment_id: UUID, serializer: type[Made], work: Callable[[dict[str, Any]], Stepped]
) -> Response:
    """The consignment must be this person's to see before anything that they sent is read."""
    get_consignment(consignment_id, access_of(request))
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    done = taken(lambda: work(body.validated_data))
    told = {
        "id": done.event_id,
        "status": "known" if done.known else "recorded",
        "consignment": done.consignment_id,
        "state": str(done.state),
    }
    return Response(ConsignmentStepSerializer(told).data, status=200 if done.known else 201)


@_described("consignment_hand_over", HandOverSerializer, own_pin="482915", carrier_pin="730164")
@api(Permission.DISPATCH, methods=("POST",))
def hand_over(request: Request, consignment_id: UUID) -> Response:
    """Give the sealed boxes to the carrier: everything on the manifest goes on the road in one act."""

    def work(said: dict[str, Any]) -> Stepped:
        command = HandOver(said["id"], consignment_id, said["own_pin"], said["carrier_pin"], said["note"])
        return consignments.hand_over(command=command, by=access_of(request), now=clock.now())

    return _take(request, consignment_id, HandOverSerializer, work)


@_described("consignment_arrive", ArriveSerializer)
@api(Permission.RECEIVE_DELIVERY, Permission.CARRY, methods=("POST",))
def arrive(request: Request, consignment_id: UUID) -> Response:
    """Say that the boxes are here; nobody has opened them."""

    def work(said: dict[str, Any]) -> Stepped:
        return journeys.arrive(
            consignment_id=consignment_id, event_id=said["id"], by=access_of(request), now=clock.now()
        )

    return _take(request, consignment_id, ArriveSerializer, work)


@_described("consignment_inspect", InspectSerializer, seals=["TR-00417"], intact=True)
@api(Permission.RECEIVE_DELIVERY, methods=("POST",))
def inspect(request: Request, consignment_id: UUID) -> Response:
    """Read the seals before the boxes are opened. What they should be is told after the count."""

    def work(said: dict[str, Any]) -> Stepped:
        command = Inspection(said["id"], consignment_id, tuple(said["seals"]), said["intact"], said["note"])
        return receipts.inspect(command=command, by=access_of(request), now=clock.now())

    return _take(request, consignment_id, InspectSerializer, work)


@_described(
    "consignment_receive", ReceiveSerializer, own_pin="482915", bottles=[{"label": "3100000417", "seal": "M-11"}],
    second={"username": "lu.thi.bien", "pin": "730164"},
)  # fmt: skip
@api(Permission.RECEIVE_DELIVERY, methods=("POST",))
def receive(request: Request, consignment_id: UUID) -> Response:
    """Take in what arrived. What matches enters the store, the rest waits with a case; nothing goes home by itself."""

    def work(said: dict[str, Any]) -> Stepped:
        command = Counting(
            id=said["id"],
            consignment_id=consignment_id,
            bottles=_bottles(said["bottles"]),
            loose=tuple(ArrivedLoose(each["lot"], each["quantity"]) for each in said["loose"]),
            second=_second(said),
            own_pin=said["own_pin"],
            note=said["note"],
        )
        return receipts.receive(command=command, by=access_of(request), now=clock.now())

    return _take(request, consignment_id, ReceiveSerializer, work)


def _bottles(sent: list[dict[str, Any]]) -> tuple[Arrived, ...]:
    found: list[Arrived] = []
    for each in sent:
        number = read_label(each["label"])
        if number is None:
            raise serializers.ValidationError({"bottles": [each["label"]]})
        found.append(Arrived(number, each["seal"], each["damaged"]))
    return tuple(found)


def _second(said: dict[str, Any]) -> SecondPerson:
    second = said["second"]
    return Alone(said["alone"]) if second is None else Present(second["username"], second["pin"])
