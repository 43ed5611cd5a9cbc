"""The dose for other programs: authorise opens a patient and answers a slip, confirm states that it was drunk."""

from typing import Any

from django.core import signing
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Permission
from core.api.door import access_of, api, screen_of
from core.api.fields import ClientId, Figures, Mg
from core.api.problems import REFUSED, Problem, other_content
from dispensing.api.refusals import figures, findings, refused
from dispensing.queries.people import dispensers
from dispensing.rules.choices import (
    IDENTIFICATION_WORDS,
    LAST_DOSE_PROOF_WORDS,
    MISSED_REASON_WORDS,
    SIGN_WORDS,
)
from dispensing.rules.facts import Answers
from dispensing.services import authorisations, contacts, doses, first_doses
from dispensing.services.authorisations import Authorisation, Choice
from dispensing.services.doses import Confirmation, NotYours, OtherContent
from patients.models import Patient

_ID = "01990a3c-6d1e-7c8a-9b1f-2f6f0c3f7a10"
_PATIENT = "01990a3c-1111-7c8a-9b1f-2f6f0c3f7a10"


class AnswersSerializer(serializers.Serializer[Any]):
    """What was asked before pouring and answered. The rules say which questions they put (level "ask")."""

    signs = serializers.ListField(
        child=serializers.ChoiceField([str(sign) for sign in SIGN_WORDS]), required=False, default=list, max_length=10
    )
    alert = serializers.BooleanField(required=False, allow_null=True, default=None)
    missed_reason = serializers.ChoiceField(
        [str(reason) for reason in MISSED_REASON_WORDS], required=False, allow_null=True, default=None
    )
    onsite_check_done = serializers.BooleanField(required=False, default=False)
    clinic_told = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default="", help_text="who was told, in words"
    )
    second_look = serializers.BooleanField(required=False, default=False)
    last_dose_proof = serializers.ChoiceField(
        [str(proof) for proof in LAST_DOSE_PROOF_WORDS], required=False, allow_null=True, default=None
    )

    def answers(self) -> Answers:
        """As the rules take them."""
        said = self.validated_data
        return Answers(
            sober=tuple(said["signs"]),
            alert_confirmed=said["alert"],
            missed_reason=said["missed_reason"],
            onsite_check_done=said["onsite_check_done"],
            clinic_told=bool(said["clinic_told"].strip()),
            second_look=said["second_look"],
            last_dose_proof=said["last_dose_proof"],
        )


class AuthoriseSerializer(serializers.Serializer[Any]):
    """Whom to open, and the id that the dose will have."""

    id = ClientId()
    patient = serializers.UUIDField()
    answers = AnswersSerializer(required=False)


class PortionSerializer(serializers.Serializer[Any]):
    """What to pour from which bottle, in microlitres."""

    bottle = serializers.CharField()
    ul = serializers.IntegerField()


class AuthorisedSerializer(serializers.Serializer[Any]):
    """The card of an opened patient, and the slip that the confirm brings back. The one place with a name."""

    id = serializers.UUIDField()
    slip = serializers.CharField()
    patient = serializers.UUIDField()
    code = serializers.CharField()
    full_name = serializers.CharField(allow_blank=True)
    birth_year = serializers.IntegerField()
    day = serializers.DateField()
    part = serializers.IntegerField()
    kind = serializers.CharField()
    mg = Mg(read_only=True)
    portions = PortionSerializer(many=True)
    reduced = serializers.BooleanField()
    hold_seconds = serializers.IntegerField(help_text="for so long other screens show where the patient is open")
    notes = Figures(many=True)


class ConfirmSerializer(serializers.Serializer[Any]):
    """Right person, alert, drank it in front of me. `id` is the one that was authorised."""

    id = ClientId()
    slip = serializers.CharField(max_length=4000)
    identified_by = serializers.ChoiceField(
        ["", *(str(way) for way in IDENTIFICATION_WORDS)], required=False, allow_blank=True, default=""
    )
    poured_by = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2**53,
        help_text="the person who poured, where that was somebody else at this window",
    )  # fmt: skip


class DoseReceiptSerializer(serializers.Serializer[Any]):
    """What stands in the books. `known`: this very dose was recorded before, and nothing was written again."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["recorded", "known"])
    code = serializers.CharField()
    kind = serializers.CharField()
    mg = Mg(read_only=True)
    given_at = serializers.DateTimeField()
    findings = Figures(many=True)


@extend_schema(
    operation_id="dose_authorise",
    tags=["dosing"],
    request=AuthoriseSerializer,
    responses=AuthorisedSerializer,
    examples=[
        OpenApiExample("open", {"id": _ID, "patient": _PATIENT, "answers": {"alert": True}}, request_only=True),
        OpenApiExample(
            "may be poured",
            {
                "id": _ID, "slip": "WyIwMTk5…", "patient": _PATIENT, "code": "04185", "full_name": "Lò Văn Phong",
                "birth_year": 1984, "day": "2026-11-24", "part": 1, "kind": "scheduled", "mg": "65",
                "portions": [{"bottle": "3100000417", "ul": 6500}], "reduced": False, "hold_seconds": 180, "notes": [],
            },
            response_only=True,
        ),
    ],
)  # fmt: skip
@api(Permission.GIVE_DOSE, methods=("POST",))
def authorise(request: Request) -> Response:
    """Open a patient to dose: every hard stop is checked, the look at the identity is written down.

    Refused with 422: `violations` say what stops it, or which questions (level "ask") to answer and send again. 409
    `open_elsewhere` where another screen has the patient open. Nothing is recorded but the look.
    """
    body = AuthoriseSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    said, by, now = body.validated_data, access_of(request), clock.now()
    asked = AnswersSerializer(data=body.initial_data.get("answers") or {})
    asked.is_valid(raise_exception=True)
    told = asked.validated_data["clinic_told"].strip()
    try:
        if told:
            contacts.tell_clinic(patient_id=said["patient"], told=told, by=by, now=now, call_id=said["id"])
        choice = authorisations.choose(
            patient_id=said["patient"], by=by, screen=screen_of(request), now=now, answers=asked.answers(),
            dose_id=said["id"],
        )  # fmt: skip
    except Patient.DoesNotExist as error:
        raise Http404 from error
    except contacts.ContactRefused as error:
        raise other_content() from error
    return Response(AuthorisedSerializer(_card(choice)).data)


def _card(choice: Choice) -> dict[str, Any]:
    """What was authorised; raises the problem where nothing was."""
    snapshot, slip = choice.snapshot, choice.authorisation
    if choice.elsewhere is not None:
        there = choice.elsewhere
        words = _("Đang mở ở màn hình khác: %(who)s, %(where)s.")
        raise Problem(
            code="open_elsewhere", words=words % {"who": there.person_label, "where": there.facility_name},
            since=there.since.isoformat(),
        )  # fmt: skip
    if slip is None or choice.identity is None:
        raise refused(snapshot.decision.violations)
    labels = {bottle.id: bottle.label for bottle in snapshot.window.bottles}
    return {
        "id": slip.dose_id,
        "slip": slip.slip(),
        "patient": slip.patient_id,
        "code": snapshot.known.code,
        "full_name": choice.identity.full_name,
        "birth_year": choice.identity.birth_year,
        "day": slip.day,
        "part": slip.slot,
        "kind": str(slip.kind),
        "mg": slip.mg,
        "portions": [{"bottle": labels[each.bottle_id], "ul": each.ul} for each in slip.portions],
        "reduced": slip.reduced,
        "hold_seconds": snapshot.settings.hold_seconds,
        "notes": figures(snapshot.decision.violations),
    }


@extend_schema(
    operation_id="dose_confirm",
    tags=["dosing"],
    request=ConfirmSerializer,
    responses={200: DoseReceiptSerializer, 201: DoseReceiptSerializer},
    examples=[
        OpenApiExample("drunk", {"id": _ID, "slip": "WyIwMTk5…", "identified_by": "card"}, request_only=True),
        OpenApiExample(
            "recorded",
            {
                "id": _ID, "status": "recorded", "code": "04185", "kind": "scheduled", "mg": "65",
                "given_at": "2026-11-24T06:12:30+07:00", "findings": [],
            },
            response_only=True,
            status_codes=["201"],
        ),
    ],
)  # fmt: skip
@api(Permission.GIVE_DOSE, methods=("POST",))
def confirm(request: Request) -> Response:
    """State that the patient drank it. A fact: never refused for what it says; what is wrong comes as `findings`.

    Sent again with the same content it answers the same receipt (200). The slip does not expire.
    """
    body = ConfirmSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    said, by, now = body.validated_data, access_of(request), clock.now()
    slip = read_slip(said["slip"])
    if slip.dose_id != said["id"]:
        raise other_content()
    poured_by = said["poured_by"] or by.actor_id
    if poured_by != by.actor_id and all(
        one.id != poured_by for one in dispensers(facility_id=by.facility_id or 0, now=now)
    ):
        words = _("Người rót phải là người cấp phát ở cơ sở này hôm nay.")
        raise Problem(code="poured_by_unknown", words=words, status_code=REFUSED, field="poured_by")
    confirmation = Confirmation(slip, said["identified_by"], poured_by, by.actor_id)
    try:
        receipt = doses.confirm(confirmation=confirmation, by=by, now=now, screen=screen_of(request))
    except (NotYours, OtherContent) as error:
        raise other_content() from error
    if receipt.lately_started or receipt.known:  # a repeat, too: the first may have been cut off behind the dose
        first_doses.watch_first(dose_id=receipt.dose_id, by=by, now=now)
    told = {
        "id": receipt.dose_id,
        "status": "known" if receipt.known else "recorded",
        "code": receipt.code,
        "kind": str(receipt.kind),
        "mg": receipt.mg,
        "given_at": receipt.given_at,
        "findings": findings(receipt.findings),
    }
    return Response(DoseReceiptSerializer(told).data, status=200 if receipt.known else 201)


def read_slip(text: str) -> Authorisation:
    """The authorisation that a slip holds; raises the problem for anything that the server did not write."""
    try:
        return Authorisation.from_slip(text)
    except (signing.BadSignature, ValueError) as error:
        words = _("Màn hình này đã cũ. Mở lại người bệnh.")
        raise Problem(code="slip_unreadable", words=words, status_code=REFUSED, field="slip") from error
