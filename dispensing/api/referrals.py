"""Referrals for other programs: the list, one with its steps, and each step through the same services as the pages."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.door import access_of, api
from core.api.fields import PAGE_PARAMETER, ClientId, a_page, page_asked, paged
from core.api.problems import REFUSED, Problem, other_content
from dispensing.models import Referral
from dispensing.queries import referrals as lists
from dispensing.queries.referral_pages import answering_orders
from dispensing.queries.referrals import Life, Row
from dispensing.rules.referral_codes import CHECK_WORDS
from dispensing.rules.referral_table import Kind, State, Step, Transition, row_of
from dispensing.rules.referrals import Wrong
from dispensing.services.referral_steps import At, OtherContent, ReferralRefused
from dispensing.services.referral_taking import take_step

_ID = "01990a3c-6d1e-7c8a-9b1f-2f6f0c3f7a10"
# The day that these steps name is the one agreed before; nobody sends it.
_DAY_KNOWN = frozenset({Step.AGREE, Step.GO_BACK, Step.COUNTERSIGN})


class ReferralSerializer(serializers.Serializer[Any]):
    """One referral of a list: code and initials, from where to where, and until when somebody is to act."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField([str(kind) for kind in Kind])
    state = serializers.ChoiceField([str(state) for state in State])
    urgent = serializers.BooleanField()
    code = serializers.CharField()
    initials = serializers.CharField()
    from_name = serializers.CharField()
    to_name = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    since = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    moves_on = serializers.DateField(allow_null=True)
    late = serializers.BooleanField()


class TakenSerializer(serializers.Serializer[Any]):
    """One step that was taken, newest first."""

    id = serializers.UUIDField()
    step = serializers.ChoiceField([str(step) for step in Step])
    state = serializers.ChoiceField([str(state) for state in State])
    by = serializers.CharField(allow_blank=True)
    facility = serializers.CharField()
    at = serializers.DateTimeField()
    moves_on = serializers.DateField(allow_null=True)
    prescription = serializers.UUIDField(allow_null=True)


class ReferralLifeSerializer(ReferralSerializer):
    """A referral with its steps, and those that this person may take now."""

    patient = serializers.UUIDField()
    taken = TakenSerializer(many=True)
    may_take = serializers.ListField(child=serializers.ChoiceField([str(step) for step in Step]))


class NewStepSerializer(serializers.Serializer[Any]):
    """What the step's row of the table asks for (docs/referrals.md): a day, an answering order, checks, words, PIN."""

    id = ClientId()
    day = serializers.DateField(required=False, allow_null=True, default=None)
    prescription = serializers.UUIDField(required=False, allow_null=True, default=None)
    checks = serializers.ListField(
        child=serializers.ChoiceField([str(check) for check in CHECK_WORDS]), required=False, default=list,
        max_length=20,
    )  # fmt: skip
    words = serializers.CharField(max_length=500, required=False, allow_blank=True, default="", help_text="no name")
    pin = serializers.RegexField(r"^[0-9]{4,12}$", required=False, allow_blank=True, default="", write_only=True)


class StepReceiptSerializer(serializers.Serializer[Any]):
    """The step as it stands."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["recorded", "known"])
    referral = serializers.UUIDField()
    state = serializers.ChoiceField([str(state) for state in State])


ReferralsSerializer: Any = paged("ReferralsSerializer", ReferralSerializer)


class ReferralsQuery(serializers.Serializer[Any]):
    """What the list is asked with."""

    ended = serializers.BooleanField(required=False, default=False)


@extend_schema(
    operation_id="referrals_list",
    tags=["referrals"],
    responses=ReferralsSerializer,
    parameters=[PAGE_PARAMETER, OpenApiParameter("ended", bool, description="what became of the others, newest first")],
)
@api(*lists.LOOK)
def referrals(request: Request) -> Response:
    """Everything open that the acting facility has a part in, the overdue first; or what has ended."""
    query = ReferralsQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    by, now, page = access_of(request), clock.now(), page_asked(request)
    if query.validated_data["ended"]:
        ended, more = lists.ended_ones(by, page=page, now=now)
        told: dict[str, Any] = {"results": list(ended), "page": page, "more": more}
    else:
        told = a_page(lists.open_ones(by, now=now), page)
    told["results"] = [_row(row) for row in told["results"]]
    return Response(ReferralsSerializer(told).data)


@extend_schema(operation_id="referral_read", tags=["referrals"], responses=ReferralLifeSerializer)
@api(*lists.LOOK)
def referral(request: Request, referral_id: UUID) -> Response:
    """One referral with its steps, and what this person may do next."""
    life = _life(request, referral_id)
    told = _row(life.row) | {
        "patient": life.referral.patient_id,
        "taken": [
            {
                "id": line.step.pk,
                "step": line.step.step,
                "state": line.step.state,
                "by": line.step.actor_label,
                "facility": line.place,
                "at": line.step.at,
                "moves_on": line.step.moves_on,
                "prescription": line.step.prescription_id,
            }
            for line in life.lines
        ],
        "may_take": [str(step) for step in life.steps],
    }
    return Response(ReferralLifeSerializer(told).data)


@extend_schema(
    operation_id="referral_step",
    tags=["referrals"],
    request=NewStepSerializer,
    responses={200: StepReceiptSerializer, 201: StepReceiptSerializer},
    parameters=[OpenApiParameter("referral_step", str, "path", enum=[str(step) for step in Step])],
    examples=[OpenApiExample("send", {"id": _ID, "day": "2026-11-26", "pin": "482915"}, request_only=True)],
)
@api(*lists.LOOK, methods=("POST",))
def step(request: Request, referral_id: UUID, referral_step: str) -> Response:
    """Take one step. What is asked for beside the id stands in docs/referrals.md; 422 where it is not its turn."""
    life, by = _life(request, referral_id), access_of(request)
    if referral_step not in set(Step):
        raise Http404
    body = NewStepSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    said, wanted = body.validated_data, Step(referral_step)
    checks = sorted(said["checks"])
    row = row_of(wanted, state=life.row.state, kind=life.row.kind)
    asked = _asked(wanted, row, said, life)
    at = At(
        id=said["id"],
        referral_id=referral_id,
        step=wanted,
        by=by,
        now=clock.now(),
        words=said["words"].strip(),
        stated={"day": asked["day"], "order": asked["prescription"], "checks": checks},
    )
    try:
        receipt = take_step(at, asked)
    except ReferralRefused as refused:
        raise _problem(refused) from refused
    except OtherContent as error:
        raise other_content() from error
    told = {
        "id": receipt.step_id,
        "status": "known" if receipt.known else "recorded",
        "referral": receipt.referral_id,
        "state": str(receipt.state),
    }
    return Response(StepReceiptSerializer(told).data, status=200 if receipt.known else 201)


def _asked(wanted: Step, row: Transition | None, said: dict[str, Any], life: Life) -> dict[str, Any]:
    """What the step takes; raises the problem where its row asks for something that was not sent.

    A row that does not fit any more asks for nothing here: a repeat is known by its id, anything else is refused below.
    """
    if row is not None and row.day and wanted not in _DAY_KNOWN and said["day"] is None:
        raise serializers.ValidationError({"day": ["required"]})
    if (
        row is not None
        and row.order
        and said["prescription"] not in {order.pk for order, _ in answering_orders(life.referral)}
    ):
        raise serializers.ValidationError({"prescription": ["required"]})
    return {
        "day": None if wanted in _DAY_KNOWN else said["day"],
        "prescription": str(said["prescription"] or UUID(int=0)) if wanted in (Step.ANSWER, Step.TREAT) else "",
        "checks": sorted(said["checks"]),
        "own_pin": said["pin"],
    }


def _problem(refused: ReferralRefused) -> Problem:
    wrong: list[Wrong] = list(refused.wrong)
    first = wrong[0] if wrong else Wrong("", "")
    return Problem(
        code=f"referral_{first.field or 'refused'}",
        words=first.words,
        status_code=REFUSED,
        violations=[{"field": each.field, "words": each.words} for each in wrong],
    )


def _life(request: Request, referral_id: UUID) -> Life:
    try:
        return lists.get_life(referral_id, access_of(request), now=clock.now())
    except Referral.DoesNotExist as error:
        raise Http404 from error


def _row(row: Row) -> dict[str, Any]:
    return {str(name): getattr(row, str(name)) for name in ReferralSerializer().get_fields()}
