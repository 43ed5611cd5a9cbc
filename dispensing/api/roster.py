"""The board of today for other programs: code and initials only, what each may get, and what is open at the window."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Permission
from core.api.door import access_of, api
from core.api.fields import PAGE_PARAMETER, Figures, Mg, a_page, page_asked, paged
from core.api.problems import Problem
from dispensing.api.refusals import figures
from dispensing.queries import board
from dispensing.queries.board import Row, State

ROSTER_PAGE = 200


class RosterRowSerializer(serializers.Serializer[Any]):
    """One patient of today. `mg` and `ul`: what would be poured now; null where something stops it: see `tag`."""

    patient = serializers.UUIDField()
    code = serializers.CharField()
    initials = serializers.CharField()
    state = serializers.ChoiceField([str(state) for state in State])
    mg = Mg(allow_null=True, read_only=True)
    ul = serializers.IntegerField(allow_null=True)
    part = serializers.IntegerField(help_text="which part of the day's dose comes next")
    parts = serializers.IntegerField()
    tag = serializers.CharField(allow_blank=True)
    given_at = serializers.DateTimeField(allow_null=True)
    recheck_at = serializers.DateTimeField(allow_null=True)
    lookalikes = serializers.ListField(child=serializers.CharField())


_ROW = {
    "patient": "01990a3c-6d1e-7c8a-9b1f-2f6f0c3f7a10", "code": "04185", "initials": "L.V.P.", "state": "to_come",
    "mg": "65", "ul": 6500, "part": 1, "parts": 1, "tag": "", "given_at": None, "recheck_at": None, "lookalikes": [],
}  # fmt: skip
RosterSerializer: Any = paged(
    "RosterSerializer",
    RosterRowSerializer,
    day=serializers.DateField(),
    opens_at=serializers.CharField(help_text="in the facility's zone"),
    closes_at=serializers.CharField(),
    all_day=serializers.BooleanField(),
    taken=serializers.IntegerField(),
    total=serializers.IntegerField(),
    trouble=Figures(many=True, help_text="what is wrong at the window itself, whoever comes"),
)


@extend_schema(
    operation_id="roster",
    tags=["dosing"],
    responses=RosterSerializer,
    parameters=[PAGE_PARAMETER],
    examples=[
        OpenApiExample(
            "one to come",
            {
                "results": [_ROW], "page": 1, "more": False, "day": "2026-11-24", "opens_at": "05:30",
                "closes_at": "09:00", "all_day": False, "taken": 0, "total": 1, "trouble": [],
            },
            response_only=True,
        )
    ],
)  # fmt: skip
@api(Permission.VIEW_ROSTER)
def roster(request: Request) -> Response:
    """Everybody whom the acting facility doses today: who is to be looked at again, who is to come, who is done."""
    now, by, page = clock.now(), access_of(request), page_asked(request)
    if by.facility_id is None:
        raise Problem(code="no_facility", words="", status_code=403)
    shown = board.morning(by=by, now=now)
    told = a_page((*shown.look_again, *shown.to_come, *shown.done), page, size=ROSTER_PAGE)
    told["results"] = [_row(row) for row in told["results"]]
    told |= {
        "day": clock.local_day(now, by.zone),
        "opens_at": f"{shown.hours.opens_at:%H:%M}",
        "closes_at": f"{shown.hours.closes_at:%H:%M}",
        "all_day": shown.hours.all_day,
        "taken": shown.taken,
        "total": shown.total,
        "trouble": figures(shown.trouble),
    }
    return Response(RosterSerializer(told).data)


def _row(row: Row) -> dict[str, Any]:
    return {
        "patient": row.patient_id,
        "code": row.code,
        "initials": row.initials,
        "state": str(row.state),
        "mg": row.mg,
        "ul": row.ul,
        "part": row.part,
        "parts": row.parts,
        "tag": str(row.tag_words),
        "given_at": row.given_at,
        "recheck_at": row.recheck_at,
        "lookalikes": list(row.lookalikes),
    }
