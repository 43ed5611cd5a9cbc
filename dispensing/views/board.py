"""The morning board: the list, the opened card, the questions before pouring, the confirm."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.clock import local_day
from core.ids import new_id
from core.templatetags.tram import mg, time
from core.views.pages import INVALID, page_or_partial
from dispensing.forms.morning import AnswersForm, AskedForm, ConfirmForm
from dispensing.forms.moves import LastDoseForm
from dispensing.queries import board as board_query
from dispensing.queries import incidents, take_home
from dispensing.queries.alike import alike
from dispensing.queries.board import Hours
from dispensing.queries.card import Card, card
from dispensing.queries.matters import matters
from dispensing.queries.people import Ways, dispensers, ways_to_unlock
from dispensing.queries.search import find, on_the_list
from dispensing.queries.site_days import DayLine, day_line
from dispensing.rules.choices import (
    IDENTIFICATION_WORDS,
    LAST_DOSE_PROOF_WORDS,
    MISSED_REASON_WORDS,
)
from dispensing.rules.days import closing_moment
from dispensing.rules.facts import Answers
from dispensing.rules.flag_settings import FlagSettings
from dispensing.rules.named_orders import may_be_told
from dispensing.rules.referral_codes import PROOF_WORDS
from dispensing.rules.violations import Code, Violation
from dispensing.services import authorisations, contacts, doses, first_doses, last_doses, screens
from dispensing.services.authorisations import Choice
from dispensing.services.doses import Confirmation, DoseReceipt, NotYours, OtherContent
from dispensing.views.after import BOARD, recorded
from dispensing.views.mishaps import near_miss_context
from dispensing.views.screen import screen_of
from facilities.services import settings as rule_settings
from patients.models import Patient
from patients.services import alerts


@require_GET
@allow(Permission.VIEW_ROSTER)
def board(request: AccessRequest) -> HttpResponse:
    """Today's list; this screen has nobody open any more. With ?q= also those who are not on it."""
    if not request.htmx:
        screens.leave(screen=screen_of(request))
    return page_or_partial(request, BOARD, "roster", _board_context(request))


@require_GET
@allow(Permission.GIVE_DOSE)
def open_patient(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Choosing authorises (design, sentence 4). The look at the identity is logged."""
    return _show_card(request, _choose(request, patient_id, AnswersForm({})))


@require_POST
@allow(Permission.GIVE_DOSE)
def answer(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """What was asked before pouring has been answered: the rules are asked again."""
    form = AnswersForm(request.POST)
    form.is_valid()
    told = form.cleaned_data.get("clinic_told_who", "").strip()
    if told:
        contacts.tell_clinic(patient_id=patient_id, told=told, by=request.access, now=clock.now())
    last_dose = _last_dose(request, patient_id)
    choice = _choose(request, patient_id, form)
    unanswered = form.asked() & {str(code) for code in choice.snapshot.decision.questions}
    status = INVALID if unanswered else 200
    carried = form.carried()
    return _show_card(request, choice, status, unanswered=unanswered, carried=carried, last_dose=last_dose)


def _last_dose(request: AccessRequest, patient_id: UUID) -> LastDoseForm | None:
    """What was told of the last dose at the old place is kept; a form with what is wrong where it cannot be."""
    form = LastDoseForm(request.POST)
    if not form.said:
        return None
    if form.is_valid():
        try:
            last_doses.record(patient_id=patient_id, told=form.told(), by=request.access, now=clock.now())
        except Patient.DoesNotExist as error:
            raise Http404 from error
        except last_doses.LastDoseRefused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            return None
    return form


@require_POST
@allow(Permission.GIVE_DOSE)
def no_new_medicine(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Asked, and nothing new (domain 12.1); what was answered before stays answered."""
    form = AskedForm(request.POST)
    if not form.is_valid():
        return _old_screen(request, patient_id)
    asked_id, slip = form.cleaned_data["asked_id"], form.cleaned_data["slip"]
    try:
        alerts.asked(asked_id=asked_id, patient_id=patient_id, by=request.access, now=clock.now())
    except Patient.DoesNotExist as error:
        raise Http404 from error
    given = slip.answers if slip and slip.patient_id == patient_id else Answers()
    return _show_card(request, _choose_with(request, patient_id, given))


@require_POST
@allow(Permission.GIVE_DOSE)
def confirm(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The patient drank it in front of me."""
    form = ConfirmForm(request.POST)
    if not form.is_valid() or form.cleaned_data["slip"].patient_id != patient_id:
        return _old_screen(request, patient_id)
    said = form.cleaned_data
    poured_by = said["poured_by"] or request.access.actor_id
    if not _may_have_poured(request, poured_by):
        return _old_screen(request, patient_id)
    try:
        receipt = doses.confirm(
            confirmation=Confirmation(
                authorisation=said["slip"],
                identified_by=said["identified_by"],
                poured_by_id=poured_by,
                observed_by_id=request.access.actor_id,
            ),
            by=request.access,
            now=clock.now(),
            screen=screen_of(request),
        )
    except (NotYours, OtherContent):
        return _old_screen(request, patient_id)
    return _after(request, receipt)


def _may_have_poured(request: AccessRequest, person_id: int) -> bool:
    """Whether the person named as having poured may stand at this window; the one who confirms always may."""
    if person_id == request.access.person_id:
        return True
    return person_id in {one.id for one in dispensers(facility_id=request.access.facility_id or 0, now=clock.now())}


def _choose(request: AccessRequest, patient_id: UUID, form: AnswersForm) -> Choice:
    form.is_valid()
    return _choose_with(request, patient_id, form.answers())


def _choose_with(request: AccessRequest, patient_id: UUID, answers: Answers) -> Choice:
    try:
        return authorisations.choose(
            patient_id=patient_id,
            by=request.access,
            screen=screen_of(request),
            now=clock.now(),
            answers=answers,
        )
    except Patient.DoesNotExist as error:
        raise Http404 from error


def _show_card(request: AccessRequest, choice: Choice, status: int = 200, **answers: Any) -> HttpResponse:
    """`answers`: which questions were left open, and what was answered before and stays answered."""
    context = _card_context(request, choice) | answers
    if not request.htmx:
        context = _board_context(request) | context
    return page_or_partial(request, BOARD, "card", context, status=status)


def _card_context(request: AccessRequest, choice: Choice) -> dict[str, Any]:
    snapshot, by = choice.snapshot, request.access
    facility_id, now = by.facility_id or 0, clock.now()
    shown = card(
        known=snapshot.known,
        decision=snapshot.decision,
        window=snapshot.window,
        settings=snapshot.settings,
        by=by,
        watching=rule_settings.for_facility(FlagSettings, facility_id=facility_id, at=now),
    )
    ways = ways_to_unlock(shown.stops, facility_id=facility_id, now=now)
    return {
        "card": shown,
        "stops": [_stop(found, ways) for found in shown.stops if not _told_by_dose(found, shown)],
        "lookalike": ", ".join(alike(known=snapshot.known, facility_id=facility_id, today=snapshot.known.facts.today)),
        "hold_minutes": -(-shown.hold_seconds // 60),
        "identity": choice.identity,
        "initials": snapshot.known.initials,
        "owed": _owed(choice, facility_id, now),
        "elsewhere": choice.elsewhere,
        "by_phone": bool(may_be_told(shown.stops, snapshot.settings)) and not shown.given,
        "slip": choice.authorisation.slip() if choice.authorisation else "",
        "by_card": request.GET.get("by") == "card" or request.POST.get("by") == "card",
        "pourers": dispensers(facility_id=facility_id, now=now) if choice.authorisation else (),
        "identifications": _choices(IDENTIFICATION_WORDS),
        "asked_id": new_id() if shown.asks_medicines else None,
        "here": f"/dispensing/patients/{shown.patient_id}/",
        **_mishaps(request, shown, now),
        "missed_reasons": _choices(MISSED_REASON_WORDS),
        "last_dose_proofs": _choices(LAST_DOSE_PROOF_WORDS),
        "move_proofs": _choices(PROOF_WORDS),
    }


def _owed(choice: Choice, facility_id: int, now: datetime) -> take_home.Owed | None:
    """Vials that the patient in front of the window is to bring back, where the house wants them back."""
    if choice.identity is None or not take_home.settings_at(facility_id, now).takehome_bottle_return_required:
        return None
    facts = choice.snapshot.known.facts
    return take_home.owed(facts.patient_id, today=facts.today)


def _mishaps(request: AccessRequest, shown: Card, now: datetime) -> dict[str, Any]:
    """What may have gone wrong with this patient: the ways on, who is watched, vomiting of today."""
    by = request.access
    watched = incidents.watched_here(facility_id=by.facility_id or 0, now=now)
    return near_miss_context(shown.patient_id) | {
        "may_state": by.may(Permission.RECORD_OUTCOME),
        "under_watch": next((one for one in watched if one.patient_id == shown.patient_id), None),
        "vomits": incidents.vomits_of(patient_id=shown.patient_id, day=local_day(now, by.zone)) if shown.given else (),
        "strength_marked": incidents.strength_marked_from(by=by, now=now),
    }


def _told_by_dose(found: Violation, shown: Card) -> bool:
    """Today's dose stands on the card itself, with who poured it and the way to void it."""
    return found.code is Code.DOSE_ALREADY_TODAY and bool(shown.given)


def _stop(found: Violation, ways: Ways) -> dict[str, Any]:
    reach = ways.get(found.unlocker, "")
    unlocks = f"{found.unlocker_words}: {reach}" if reach else found.unlocker_words
    return {"words": found.words, "what_to_do": found.what_to_do, "unlocks": unlocks}


def _choices(words: Any) -> list[dict[str, Any]]:
    return [{"value": str(value), "label": label} for value, label in words.items()]


def _board_context(request: AccessRequest) -> dict[str, Any]:
    now = clock.now()
    shown = board_query.morning(by=request.access, now=now)
    query = request.GET.get("q", "").strip()
    day = _day_line(request, shown.hours, now)
    return {
        "board": shown,
        "matters": matters(day=day, by=request.access, now=now),
        "now_ms": int(now.timestamp() * 1000),
        **near_miss_context(),
        "day_line": day,
        "may_state_day": request.access.may(Permission.RECORD_OUTCOME),
        "query": query,
        "look_again": on_the_list(shown.look_again, query=query),
        "to_come": on_the_list(shown.to_come, query=query),
        "done": on_the_list(shown.done, query=query),
        "others": find(query=query, by=request.access, besides=shown.patient_ids) if query else (),
    }


def _day_line(request: AccessRequest, hours: Hours, now: datetime) -> DayLine:
    by, today = request.access, local_day(now, request.access.zone)
    closes_at = closing_moment(day=today, closes_at=hours.closes_at, zone=by.zone, round_the_clock=hours.all_day)
    return day_line(facility_id=by.facility_id or 0, now=now, zone=by.zone, closes_at=closes_at)


def _after(request: AccessRequest, receipt: DoseReceipt) -> HttpResponse:
    """The card goes, the next search is ready. Who drank the first dose of a treatment is watched from now on."""
    first = receipt.lately_started and not receipt.known
    figures = {"code": receipt.code, "mg": mg(receipt.mg), "time": time(receipt.given_at)}
    words = _("%(code)s: đã ghi %(mg)s mg lúc %(time)s.") % figures
    watched = first_doses.watch_first(dose_id=receipt.dose_id, by=request.access, now=clock.now()) if first else None
    if watched is not None:
        words += " " + _("Liều đầu tiên: theo dõi tại trạm đến %(until)s.") % {"until": time(watched.until)}
    return recorded(request, words, dose_id=receipt.dose_id, case=bool(receipt.findings))


def _old_screen(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The slip is none of ours any more: say so, and open the patient anew."""
    messages.error(request, _("Chưa ghi: màn hình này đã cũ. Xem lại thẻ và ghi lại."))
    return _show_card(request, _choose(request, patient_id, AnswersForm({})), status=INVALID)
