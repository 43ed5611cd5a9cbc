"""Consignments for other programs: what leaves and reaches the acting facility, their events, their EPCIS document."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access, Permission
from core.api.door import access_of, api
from core.api.fields import PAGE_PARAMETER, page_asked
from inventory.models import Consignment
from inventory.queries import consignments
from inventory.queries.consignment_lives import consignment_life, is_blind
from inventory.queries.consignments import ConsignmentRow
from inventory.queries.epcis import epcis
from inventory.queries.legs import legs_of

JSON_LD = "application/ld+json"


class ConsignmentSerializer(serializers.Serializer[Any]):
    """One consignment. Seals and contents are there for who may see what was sent (docs/custody.md)."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.CharField()
    since = serializers.DateTimeField()
    from_facility = serializers.IntegerField()
    to_facility = serializers.IntegerField()
    carrier = serializers.CharField()
    transport = serializers.CharField()
    expected_at = serializers.DateTimeField()
    seals = serializers.ListField(child=serializers.CharField(), allow_null=True)


class LineSerializer(serializers.Serializer[Any]):
    """One line of the manifest; `quantity` in microlitres or pieces."""

    bottle = serializers.CharField(allow_blank=True)
    lot = serializers.CharField()
    expires_on = serializers.DateField()
    quantity = serializers.IntegerField()
    seal = serializers.CharField(allow_blank=True)


class EventSerializer(serializers.Serializer[Any]):
    """One custody event."""

    words = serializers.CharField()
    by = serializers.CharField()
    facility = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()


class LegSerializer(serializers.Serializer[Any]):
    """One leg: who carries the boxes from then on. `since` is null for the first, which begins at the hand-over."""

    position = serializers.IntegerField()
    carrier = serializers.CharField()
    transport = serializers.CharField()
    route = serializers.CharField()
    expected_at = serializers.DateTimeField()
    since = serializers.DateTimeField(allow_null=True)


class ConsignmentLifeSerializer(ConsignmentSerializer):
    """A consignment with its whole life. `manifest` is null until this side may know it."""

    manifest = LineSerializer(many=True, allow_null=True)
    legs = LegSerializer(many=True)
    events = EventSerializer(many=True)
    steps = serializers.ListField(child=serializers.CharField())


class ConsignmentPageSerializer(serializers.Serializer[Any]):
    """A page of ended consignments, or all open ones."""

    results = ConsignmentSerializer(many=True)
    page = serializers.IntegerField()
    more = serializers.BooleanField()


@extend_schema(
    operation_id="consignments_list",
    tags=["consignments"],
    responses=ConsignmentPageSerializer,
    parameters=[
        OpenApiParameter("ended", bool, description="the ended ones instead, newest first"),
        PAGE_PARAMETER,
    ],
)
@api(Permission.VIEW_STOCK, Permission.CARRY)
def consignment_list(request: Request) -> Response:
    """What leaves or reaches the acting facility; for a carrier, what they carry."""
    access, number, more = access_of(request), page_asked(request), False
    if not access.may(Permission.VIEW_STOCK) or access.facility_id is None:
        rows = consignments.carried_by(access.actor_id)
    elif request.query_params.get("ended") in ("1", "true", "True"):
        rows, more = consignments.ended_at(access.facility_id, page=number)
    else:
        rows = consignments.open_at(access.facility_id)
    told = {"results": [_row(row, access) for row in rows], "page": number, "more": more}
    return Response(ConsignmentPageSerializer(told).data)


@extend_schema(operation_id="consignments_read", tags=["consignments"], responses=ConsignmentLifeSerializer)
@api(Permission.VIEW_STOCK, Permission.CARRY)
def consignment(request: Request, consignment_id: UUID) -> Response:
    """One consignment with its manifest, its events, and what this side may do next."""
    access = access_of(request)
    row = get_consignment(consignment_id, access)
    life = consignment_life(row, access)
    told = {
        **_row(row, access),
        "manifest": None
        if life.blind
        else [
            {
                "bottle": line.label,
                "lot": line.lot,
                "expires_on": line.expires_on,
                "quantity": line.quantity,
                "seal": line.seal,
            }
            for line in life.lines
        ],
        "events": [
            {
                "words": event.words,
                "by": event.by,
                "facility": event.facility,
                "occurred_at": event.occurred_at,
                "recorded_at": event.recorded_at,
            }
            for event in life.events
        ],
        "legs": legs_of(Consignment.objects.select_related("carrier").get(pk=row.id)),
        "steps": list(life.steps),
    }
    return Response(ConsignmentLifeSerializer(told).data)


@extend_schema(operation_id="consignments_epcis", tags=["consignments"], responses={(200, JSON_LD): dict})
@api(Permission.VIEW_STOCK, Permission.CARRY)
def consignment_epcis(request: Request, consignment_id: UUID) -> Response:
    """Its history as GS1 EPCIS 2.0 (JSON-LD)."""
    access = access_of(request)
    now: datetime = clock.now()
    return Response(epcis(get_consignment(consignment_id, access), access, now=now), content_type=JSON_LD)


def get_consignment(consignment_id: UUID, access: Access) -> ConsignmentRow:
    """One that this person may look at; raises Http404 alike for one that is not there."""
    try:
        row = consignments.get_row(consignment_id)
    except Consignment.DoesNotExist as error:
        raise Http404 from error
    if not consignments.may_look(access, from_id=row.from_id, to_id=row.to_id, carriers=row.carriers):
        raise Http404
    return row


def _row(row: ConsignmentRow, access: Access) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "kind": row.kind,
        "state": str(row.state),
        "since": row.since,
        "from_facility": row.from_id,
        "to_facility": row.to_id,
        "carrier": row.carrier,
        "transport": row.transport,
        "expected_at": row.expected_at,
        "seals": None if is_blind(row, access) else list(row.seals),
    }
