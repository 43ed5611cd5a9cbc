"""Requests for stock, for other programs: what a site asked for, and what its main clinic answered."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from core import clock
from core.access import Permission
from core.api.door import access_of, api
from core.api.fields import PAGE_PARAMETER, page_asked, paged
from inventory.models import Request
from inventory.queries import requests
from inventory.queries.requests import Life, RequestRow
from inventory.rules.request_table import State


class RequestSerializer(serializers.Serializer[Any]):
    """One request. `late`: "send", "deliver" or nothing."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    year = serializers.IntegerField()
    period = serializers.DateField()
    monthly = serializers.BooleanField()
    facility = serializers.IntegerField()
    main_clinic = serializers.IntegerField()
    state = serializers.ChoiceField([str(state) for state in State])
    since = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    consignment = serializers.UUIDField(allow_null=True)
    late = serializers.CharField(allow_blank=True)


class RequestLineSerializer(serializers.Serializer[Any]):
    """One item and bottle size: what was reckoned, asked, and approved; in bottles, or in pieces without a size."""

    item = serializers.CharField()
    size_ul = serializers.IntegerField(allow_null=True)
    proposed = serializers.IntegerField()
    asked = serializers.IntegerField()
    approved = serializers.IntegerField(allow_null=True)


class RequestLifeSerializer(RequestSerializer):
    """A request with the lines that count now."""

    lines = RequestLineSerializer(many=True)


RequestsSerializer: Any = paged("RequestsSerializer", RequestSerializer)


@extend_schema(
    operation_id="requests_list", tags=["requests"], responses=RequestsSerializer, parameters=[PAGE_PARAMETER]
)
@api(Permission.VIEW_STOCK)
def listed(request: Asked) -> Response:
    """The acting facility's own requests, newest first; at a main clinic those that wait for it, the oldest first."""
    by, now, page = access_of(request), clock.now(), page_asked(request)
    facility_id = by.facility_id or 0
    if by.may(Permission.APPROVE_REQUEST):
        waiting = requests.waiting_at(facility_id, now=now, zone=by.zone) if page == 1 else ()
        told: dict[str, Any] = {"results": [_row(row) for row in waiting], "page": page, "more": False}
    else:
        rows, more = requests.of_site(facility_id, page=page, now=now, zone=by.zone)
        told = {"results": [_row(row) for row in rows], "page": page, "more": more}
    return Response(RequestsSerializer(told).data)


@extend_schema(operation_id="request_read", tags=["requests"], responses=RequestLifeSerializer)
@api(Permission.VIEW_STOCK)
def read(request: Asked, requisition_id: UUID) -> Response:
    """One request with its lines."""
    by, now = access_of(request), clock.now()
    try:
        row = requests.get_row(requisition_id, now=now, zone=by.zone)
    except Request.DoesNotExist as error:
        raise Http404 from error
    if not requests.may_look(by, row):
        raise Http404
    return Response(RequestLifeSerializer(_row(row) | {"lines": _lines(requests.life_of(row))}).data)


def _row(row: RequestRow) -> dict[str, Any]:
    same = ("id", "number", "year", "period", "monthly", "since", "sent_at", "late")
    return {name: getattr(row, name) for name in same} | {
        "facility": row.facility_id,
        "main_clinic": row.main_clinic_id,
        "state": str(row.state),
        "consignment": row.consignment_id,
    }


def _lines(life: Life) -> list[dict[str, Any]]:
    return [
        {
            "item": line.item.name,
            "size_ul": line.size_ul,
            "proposed": line.proposed,
            "asked": line.asked,
            "approved": line.approved,
        }
        for line in life.lines
    ]
