"""POST /api/v1/sync/: what a client kept while it was offline, hundreds at once, each answered on its own."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access, Permission
from core.api.door import access_of, api
from core.api.fields import ClientId, Figures, Mg, Moment
from core.api.problems import Problem
from core.scanning import NotACode, decode
from dispensing.api.outcomes import STATED
from dispensing.api.refusals import findings
from dispensing.rules.late import LateReason
from dispensing.rules.outcomes import rule_of
from dispensing.services import sync
from dispensing.services.past import Hand, PastFact
from dispensing.services.sync import Answer, Answered
from facilities.services import settings
from inventory.models import Bottle
from inventory.rules.scancodes import BOTTLE
from staff.rules.settings import DeviceSettings

_TOO_MANY: Final = 413
_ID = "01990a3c-6d1e-7c8a-9b1f-2f6f0c3f7a10"


class FactSerializer(serializers.Serializer[Any]):
    """What happened at `occurred_at` by the client's own clock: a dose that was drunk (`mg`), or with `outcome` why
    none was. `poured_by` and `observed_by`: people by id; where neither is told, who sends it.
    """

    id = ClientId()
    patient = serializers.UUIDField()
    occurred_at = Moment()
    mg = Mg(required=False, allow_null=True, default=None)
    outcome = serializers.ChoiceField(["", *STATED, "site_closed"], required=False, allow_blank=True, default="")
    part = serializers.IntegerField(min_value=1, max_value=2, required=False, default=1)
    reason = serializers.ChoiceField([str(reason) for reason in LateReason], required=False, default="no_network")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="", help_text="no name")
    bottle = serializers.RegexField(r"^[0-9]{10}$", required=False, allow_blank=True, default="")
    poured_by = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**53)
    observed_by = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**53)
    again = serializers.BooleanField(
        required=False, default=False, help_text="really another swallowing, though one of this day stands already"
    )


class SyncSerializer(serializers.Serializer[Any]):
    """The facts, oldest first or not, and the client's clock as it sends them. A device must tell its clock."""

    device_at = Moment(required=False, allow_null=True, default=None)
    facts = FactSerializer(many=True)


class AnsweredSerializer(serializers.Serializer[Any]):
    """What became of the fact at `position` (from 0). `stands`: the id of what is in the books for it."""

    position = serializers.IntegerField()
    id = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField([str(answer) for answer in Answer])
    code = serializers.CharField(allow_blank=True, help_text="why it is malformed")
    words = serializers.CharField(allow_blank=True)
    errors = serializers.DictField(required=False)  # type: ignore[assignment]
    stands = serializers.UUIDField(allow_null=True)
    occurred_at = serializers.DateTimeField(allow_null=True, help_text="as it was recorded")
    findings = Figures(many=True)


class SyncedSerializer(serializers.Serializer[Any]):
    """The answers in the order of the facts."""

    received_at = serializers.DateTimeField()
    clock_off_seconds = serializers.IntegerField(help_text="how far the client's clock is ahead")
    results = AnsweredSerializer(many=True)


@extend_schema(
    operation_id="sync",
    tags=["offline"],
    request=SyncSerializer,
    responses=SyncedSerializer,
    examples=[
        OpenApiExample(
            "two of this morning",
            {
                "device_at": "2026-11-24T08:00:00+07:00",
                "facts": [
                    {
                        "id": _ID, "patient": "01990a3c-1111-7c8a-9b1f-2f6f0c3f7a10", "mg": "65",
                        "occurred_at": "2026-11-24T06:12:30+07:00",
                    },
                    {
                        "id": "01990a3c-6d1f-7c8a-9b1f-2f6f0c3f7a11", "outcome": "refused",
                        "patient": "01990a3c-2222-7c8a-9b1f-2f6f0c3f7a10", "occurred_at": "2026-11-24T06:20:00+07:00",
                    },
                ],
            },
            request_only=True,
        ),
        OpenApiExample(
            "accepted",
            {
                "received_at": "2026-11-24T08:00:01+07:00",
                "clock_off_seconds": -1,
                "results": [
                    {
                        "position": 0, "id": _ID, "status": "accepted", "code": "", "words": "", "stands": _ID,
                        "occurred_at": "2026-11-24T06:12:30+07:00",
                        "findings": [{"code": "typed_later", "words": "Ghi bù cho ngày 24/11/2026: Mất mạng."}],
                    }
                ],
            },
            response_only=True,
        ),
    ],
)  # fmt: skip
@api(Permission.GIVE_DOSE, methods=("POST",))
def receive(request: Request) -> Response:
    """Record what happened while the client was offline. Facts: none is refused for what it says.

    `accepted_with_findings` is recorded, and somebody looks at it. `already_known` stands already, `stands` names it.
    `malformed` cannot be true or booked as sent: put it right and send it with the same id. `conflict`: its id stands
    for something else. The same request again answers already_known for each.
    """
    by, now = access_of(request), clock.now()
    sent, device_at = _read(request, by)
    answers: dict[int, dict[str, Any]] = {}
    facts: dict[UUID, tuple[int, dict[str, Any]]] = {}
    for position, one in enumerate(sent):
        said, wrong = _parsed(one)
        if said is None:
            answers[position] = _malformed(position, one, wrong)
        elif said["id"] in facts and facts[said["id"]][1] != said:
            answers[position] = _told(position, Answered(said["id"], Answer.CONFLICT))
        elif said["id"] in facts:
            answers[position] = _told(position, Answered(said["id"], Answer.KNOWN, stands=said["id"]))
        else:
            facts[said["id"]] = (position, said)
    commands = _commands([said for _position, said in facts.values()], by)
    if commands:
        for id_, answered in sync.receive(facts=commands, device_at=device_at, by=by, now=now).items():
            answers[facts[id_][0]] = _told(facts[id_][0], answered)
    told = {
        "received_at": now,
        "clock_off_seconds": round((device_at - now).total_seconds()) if device_at else 0,
        "results": [answers[position] for position in sorted(answers)],
    }
    return Response(SyncedSerializer(told).data)


def _read(request: Request, by: Access) -> tuple[list[Any], Any]:
    """The facts as sent and the client's clock; each fact is read on its own later."""
    body = request.data
    if not isinstance(body, Mapping) or not isinstance(body.get("facts"), list):
        raise serializers.ValidationError({"facts": ["[…]"]})
    head = _HeadSerializer(data=body)
    head.is_valid(raise_exception=True)
    most = settings.for_facility(DeviceSettings, facility_id=by.facility_id or 0, at=clock.now()).sync_most
    if len(body["facts"]) > most:
        words = _("Gửi nhiều nhất %(most)s lần ghi mỗi lần.")
        raise Problem(code="too_many", words=words % {"most": most}, status_code=_TOO_MANY, most=most)
    device_at = head.validated_data["device_at"]
    if by.device_id is not None and device_at is None:
        raise serializers.ValidationError({"device_at": [_("Thiết bị phải gửi giờ của nó.")]})
    return body["facts"], device_at


class _HeadSerializer(serializers.Serializer[Any]):
    device_at = Moment(required=False, allow_null=True, default=None)


def _parsed(one: Any) -> tuple[dict[str, Any] | None, Any]:
    found = FactSerializer(data=one)
    return (found.validated_data, None) if found.is_valid() else (None, found.errors)


def _commands(said: list[dict[str, Any]], by: Access) -> list[PastFact]:
    """As the late door takes them; a bottle by its label."""
    numbers = {one["bottle"]: number for one in said if one["bottle"] and (number := _number(one["bottle"]))}
    bottles = dict(Bottle.objects.filter(number__in=numbers.values()).values_list("number", "pk")) if numbers else {}
    return [
        PastFact(
            id=one["id"],
            patient_id=one["patient"],
            occurred_at=one["occurred_at"],
            reason=LateReason(one["reason"]),
            mg=one["mg"] if not one["outcome"] or _poured(one["outcome"]) else None,
            outcome=one["outcome"],
            slot=one["part"],
            poured_by=Hand(person_id=one["poured_by"] or by.actor_id),
            observed_by=Hand(person_id=one["observed_by"] or by.actor_id),
            note=one["note"],
            bottle_id=bottles.get(numbers.get(one["bottle"], 0)),
            again=one["again"],
        )
        for one in said
    ]


def _poured(outcome: str) -> bool:
    rule = rule_of(outcome)
    return rule is not None and rule.poured


def _number(label: str) -> int | None:
    try:
        scanned = decode(label)
    except NotACode:
        return None
    return scanned.number if scanned.kind == BOTTLE else None


def _malformed(position: int, one: Any, wrong: Any) -> dict[str, Any]:
    """One that could not even be read, with its id where that can be."""
    raw = one.get("id") if isinstance(one, Mapping) else None
    try:
        found = UUID(str(raw))
    except ValueError:
        found = None
    errors = wrong if isinstance(wrong, Mapping) else {"fact": wrong}
    words = _("Dữ liệu gửi lên chưa đúng.")
    return _told(position, Answered(found, Answer.MALFORMED)) | {  # type: ignore[arg-type]
        "code": "unreadable", "words": words, "errors": errors,
    }  # fmt: skip


def _told(position: int, answered: Answered) -> dict[str, Any]:
    return {
        "position": position,
        "id": answered.id,
        "status": str(answered.answer),
        "code": str(answered.fault or ""),
        "words": answered.words,
        "stands": answered.stands,
        "occurred_at": answered.occurred_at,
        "findings": findings(answered.findings),
    }
