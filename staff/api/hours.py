"""One's own working time for a device: the month, the tap, hours typed in. Nobody's but one's own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Permission
from core.api.door import access_of, api
from core.api.fields import ClientId, Moment
from core.api.problems import REFUSED, Problem, code_of, other_content
from staff.models import DutyInterval, DutyTap
from staff.queries.hours import DutyRow, my_month
from staff.services import duty, hours_refusals
from staff.services.duty import HoursRefused, TypedIn


class HoursRowSerializer(serializers.Serializer[Any]):
    """One interval that stands; `state`: proposed, confirmed or approved."""

    id = serializers.UUIDField()
    facility = serializers.CharField()
    day = serializers.DateField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(["proposed", "confirmed", "approved"])


class MonthSerializer(serializers.Serializer[Any]):
    """One's own month: what stands, what is proposed, and the sums in minutes."""

    month = serializers.DateField(help_text="its first day")
    on_duty_since = serializers.DateTimeField(allow_null=True)
    minutes = serializers.IntegerField()
    overtime = serializers.IntegerField()
    payable = serializers.IntegerField()
    results = HoursRowSerializer(many=True)


class TapSerializer(serializers.Serializer[Any]):
    """The id of the duty that begins; the same id ends it."""

    id = ClientId()
    what = serializers.ChoiceField(["start", "end"])


class TappedSerializer(serializers.Serializer[Any]):
    """The duty as it stands. Where another one was open when it should begin, that one."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["recorded", "known"])
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class TypeInSerializer(serializers.Serializer[Any]):
    """Hours that were forgotten, and why; `corrects` names the entry that they stand for."""

    id = ClientId()
    starts_at = Moment()
    ends_at = Moment()
    reason = serializers.CharField(max_length=200)
    corrects = serializers.UUIDField(required=False, allow_null=True, default=None)


class TypedSerializer(serializers.Serializer[Any]):
    """What stands of it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["recorded", "known"])
    day = serializers.DateField()


_TAP_ID = "01990a3c-6d1e-7c8a-9b1f-2f6f0c3f7a10"


@extend_schema(
    operation_id="hours_month",
    tags=["hours"],
    responses=MonthSerializer,
    parameters=[OpenApiParameter("month", {"type": "string", "pattern": r"^20\d{2}-(0[1-9]|1[0-2])$"})],
)
@api(Permission.RECORD_HOURS)
def month(request: Request) -> Response:
    """One's own month, this one where none is named (?month=2026-11)."""
    now, by = clock.now(), access_of(request)
    today = clock.local_day(now, by.zone)
    asked = request.query_params.get("month", f"{today:%Y-%m}")
    try:
        first = datetime.strptime(asked, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError as error:
        raise serializers.ValidationError({"month": ["2026-11"]}) from error
    if first.year < 2000:
        raise serializers.ValidationError({"month": ["2026-11"]})
    mine = my_month(by=by, month=min(first, today.replace(day=1)), now=now)
    rows = sorted({row.id: row for row in (*mine.rows, *mine.proposed)}.values(), key=lambda row: row.starts_at)
    told = {
        "month": mine.month,
        "on_duty_since": mine.on_duty_since,
        "minutes": sum(row.minutes for row in mine.rows),
        "overtime": mine.sum.overtime,
        "payable": mine.sum.payable,
        "results": [_row(row) for row in rows],
    }
    return Response(MonthSerializer(told).data)


@extend_schema(
    operation_id="hours_tap",
    tags=["hours"],
    request=TapSerializer,
    responses={200: TappedSerializer, 201: TappedSerializer},
    examples=[OpenApiExample("begin", {"id": _TAP_ID, "what": "start"}, request_only=True)],
)
@api(Permission.RECORD_HOURS, methods=("POST",))
def tap(request: Request) -> Response:
    """Duty begins, or ends, now. The same again answers the same."""
    body = TapSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    tap_id, by, now = body.validated_data["id"], access_of(request), clock.now()
    before = DutyTap.objects.filter(pk=tap_id).first()
    if before is not None and before.person_id != by.actor_id:
        raise other_content()
    try:
        known = _end(tap_id, before, request, now) if body.validated_data["what"] == "end" else before is not None
        stands = before or duty.start(tap_id=tap_id, by=by, now=now)
    except HoursRefused as refused:
        raise told_refused(refused) from refused
    stands.refresh_from_db()
    told = {
        "id": stands.pk, "status": "known" if known else "recorded", "started_at": stands.started_at,
        "ended_at": stands.ended_at,
    }  # fmt: skip
    return Response(TappedSerializer(told).data, status=200 if known else 201)


def _end(tap_id: UUID, before: DutyTap | None, request: Request, now: datetime) -> bool:
    """End this very duty; True where it was ended before, also by the same request that was sent at once."""
    if before is None:
        raise hours_refusals.NotOnDuty
    if before.ended_at is not None:
        return True
    try:
        duty.end(by=access_of(request), now=now)
    except hours_refusals.NotOnDuty:
        if not DutyTap.objects.filter(pk=tap_id, ended_at__isnull=False).exists():
            raise
        return True
    return False


@extend_schema(
    operation_id="hours_type_in",
    tags=["hours"],
    request=TypeInSerializer,
    responses={200: TypedSerializer, 201: TypedSerializer},
    examples=[
        OpenApiExample(
            "forgotten",
            {
                "id": _TAP_ID, "starts_at": "2026-11-23T05:00:00+07:00", "ends_at": "2026-11-23T07:30:00+07:00",
                "reason": "quên bấm",
            },
            request_only=True,
        )
    ],
)  # fmt: skip
@api(Permission.RECORD_HOURS, methods=("POST",))
def type_in(request: Request) -> Response:
    """Type in hours that were worked, or correct an entry by a new one that names it."""
    body = TypeInSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    known = DutyInterval.objects.filter(pk=body.validated_data["id"]).exists()
    try:
        row = duty.type_in(command=TypedIn(**body.validated_data), by=access_of(request), now=clock.now())
    except DutyInterval.DoesNotExist as error:
        words = _("Lần ghi này không còn. Xem lại danh sách.")
        raise Problem(code="gone", words=words, status_code=REFUSED, field="corrects") from error
    except HoursRefused as refused:
        raise told_refused(refused) from refused
    told = {"id": row.pk, "status": "known" if known else "recorded", "day": row.day}
    return Response(TypedSerializer(told).data, status=200 if known else 201)


def told_refused(refused: HoursRefused) -> Problem:
    """The refusal with its field."""
    if isinstance(refused, hours_refusals.OtherContent):
        return other_content()
    return Problem(code=code_of(refused), words=refused.sentence, status_code=REFUSED, field=refused.field)


def _row(row: DutyRow) -> dict[str, Any]:
    return {str(name): getattr(row, str(name)) for name in HoursRowSerializer().get_fields()}
