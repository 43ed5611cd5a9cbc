"""One bottle: its life, and what can be done with it now. Each act is a page of its own, with one main button."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.clock import local_day
from core.quantities import NotExact, mg_to_ul
from core.views.pages import INVALID
from facilities.services import settings
from inventory import links
from inventory.forms import ActForm, EmptyForm, MoveForm, OpenedForm, OpenForm, QuarantineForm
from inventory.models import AccountKind, Bottle
from inventory.queries.bottles import get_state
from inventory.queries.findings import measures
from inventory.queries.lives import bottle_life
from inventory.queries.opening import opening_facts
from inventory.rules.bottles import BottleState, OpeningFacts, Standing, check_opening, standing, unusable
from inventory.rules.kinds import OF_A_CONSIGNMENT
from inventory.rules.levels import level
from inventory.rules.quarantine import QuarantineReason
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code, Level
from inventory.rules.wording import PLACE_WORDS
from inventory.services import bottles
from inventory.services.acts import Done, StockRefused
from inventory.services.bottles import Emptying, Opening, OwnPinRefused, Quarantining, ToDispensing
from inventory.views.stock import rights, stock_of
from staff.forms import SecondPersonForm
from staff.queries.people import seconds_at
from staff.services.attestations import AttestationRefused
from staff.services.pins import PinRefused

EXAMPLE_MG: Final = Decimal(60)  # what the page shows of another strength
Work = Callable[[Any, SecondPersonForm], Done]


@allow(Permission.VIEW_STOCK)
@require_safe
def bottle(request: AccessRequest, number: int) -> HttpResponse:
    """The life of a bottle; before the day's measure a level in place of the book's figure."""
    state, rules, now = state_of(request, number), rules_of(request), clock.now()
    zone = request.access.zone
    opened_on = local_day(state.opened_at, zone) if state.opened_at else None
    context = {
        "bottle": state,
        "standing": str(standing(state)),
        "away": PLACE_WORDS[state.place] if state.place in OF_A_CONSIGNMENT else "",
        "level": str(level(book_ul=state.book_ul, next_dose_ul=None, settings=rules)),
        "violations": ()
        if standing(state) is Standing.EMPTIED
        else unusable(state, today=local_day(now, zone), opened_on=opened_on, settings=rules),
        "life": bottle_life(bottle_id=state.id),
        "links": links.of_bottle(state.number, request.access),
        "measures": measures(facility_id=request.access.facility_id or 0, bottle_id=state.id),
        **rights(request),
    }
    return render(request, "inventory/bottle.html", context)


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("own_pin", "second_pin")
@require_http_methods(["GET", "POST"])
def open_bottle(request: AccessRequest, number: int) -> HttpResponse:
    """Open a closed bottle; what the rules ask is asked, what they refuse is said with who can unlock it."""
    state, now = state_of(request, number), clock.now()
    facts = opening_facts(
        bottle=state, facility_id=request.access.facility_id or 0, today=local_day(now, request.access.zone)
    )
    found = check_opening(facts, settings=rules_of(request))

    def work(form: OpenForm, second: SecondPersonForm) -> Done:
        said = form.cleaned_data
        command = Opening(said["id"], number, second.second_person(), said["reason"], said["own_pin"])
        return bottles.open_bottle(command=command, by=request.access, now=now)

    codes = {violation.code for violation in found}
    context = {
        "bottle": state,
        "violations": found,
        "refused": any(violation.level is Level.STOP for violation in found),
        "asks_reason": Code.LATER_EXPIRY in codes,
        "both_sign": Code.OTHER_STRENGTH in codes,
        "strengths": _strengths(facts) if Code.OTHER_STRENGTH in codes else None,
    }
    stopped = bool(context["both_sign"] and not context["refused"])
    form = OpenForm(_posted(request))
    form.fields["own_pin"].required = stopped
    template = "inventory/open_strength.html" if stopped else "inventory/open.html"
    return _act(request, form, work, template, context, _("Đã mở chai."))


def _strengths(facts: OpeningFacts) -> dict[str, Any]:
    """The strength before and now, and what a dose of EXAMPLE_MG takes of each where that is exact."""
    if facts.last_opened is None:
        return {}
    both = (facts.last_opened.concentration, facts.bottle.concentration)
    shown: dict[str, Any] = {"before": both[0], "now": both[1]}
    try:
        shown["example"] = {"mg": EXAMPLE_MG, "ml": [mg_to_ul(EXAMPLE_MG, strength) for strength in both]}
    except NotExact:
        return shown
    return shown


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin")
@require_http_methods(["GET", "POST"])
def opened_already(request: AccessRequest, number: int) -> HttpResponse:
    """State that the bottle was opened before anybody wrote it down: recorded whatever the rules say."""
    state, now = state_of(request, number), clock.now()

    def work(form: OpenedForm, second: SecondPersonForm) -> Done:
        said = form.cleaned_data
        command = Opening(said["id"], number, second.second_person(), said["reason"])
        return bottles.record_opened(command=command, opened_at=said["opened_at"], by=request.access, now=now)

    form = OpenedForm(_posted(request), zone=request.access.zone, now=now)
    return _act(request, form, work, "inventory/opened_already.html", {"bottle": state}, _("Đã ghi việc mở chai."))


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin")
@require_http_methods(["GET", "POST"])
def empty(request: AccessRequest, number: int) -> HttpResponse:
    """The bottle ran out: what was measured in it, and who saw it."""
    state, now = state_of(request, number), clock.now()

    def work(form: EmptyForm, second: SecondPersonForm) -> Done:
        said = form.cleaned_data
        command = Emptying(said["id"], number, said["residue_ml"], second.second_person(), said["note"])
        return bottles.empty(command=command, by=request.access, now=now)

    form = EmptyForm(_posted(request))
    return _act(request, form, work, "inventory/empty.html", {"bottle": state}, _("Đã kết thúc chai."))


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin")
@require_http_methods(["GET", "POST"])
def quarantine(request: AccessRequest, number: int) -> HttpResponse:
    """Set the bottle apart, with the reason."""
    state, now = state_of(request, number), clock.now()

    def work(form: QuarantineForm, second: SecondPersonForm) -> Done:
        said = form.cleaned_data
        reason = QuarantineReason(said["reason"])
        command = Quarantining(said["id"], number, reason, said["words"], second.second_person(), said["measured"])
        return bottles.quarantine(command=command, by=request.access, now=now)

    context = {"bottle": state, "ran_out": state.book_ul == 0}
    form = QuarantineForm(_posted(request))
    return _act(request, form, work, "inventory/quarantine.html", context, _("Đã đưa chai vào biệt trữ."))


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin")
@require_http_methods(["GET", "POST"])
def move(request: AccessRequest) -> HttpResponse:
    """Closed bottles from the storage to the dispensing cabinet, first expiry first."""
    access, now = request.access, clock.now()
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    groups = [
        group
        for group in stock_of(request, access.facility_id).closed
        if group.place is AccountKind.STORAGE and group.usable
    ]
    numbers = [each.state.number for group in groups for each in group.bottles]

    def work(form: MoveForm, second: SecondPersonForm) -> Done:
        said = form.cleaned_data
        command = ToDispensing(said["id"], tuple(said["bottles"]), second.second_person())
        return bottles.move_to_dispensing(command=command, by=access, now=now)

    form = MoveForm(_posted(request), numbers=numbers)
    chosen = set(request.POST.getlist("bottles"))
    context = {"groups": groups, "chosen": {int(n) for n in chosen if n.isascii() and n.isdigit()}}
    return _act(request, form, work, "inventory/move.html", context, _("Đã chuyển sang tủ cấp phát."))


def _act(
    request: AccessRequest, form: ActForm, work: Work, template: str, context: dict[str, Any], done: str
) -> HttpResponse:
    """Show the form, or do its act once and go on; a refusal keeps everything that was typed."""
    people = seconds_at(facility_id=request.access.facility_id or 0, now=clock.now(), besides=request.access.person_id)
    second = SecondPersonForm(_posted(request), people=people)
    if request.method == "POST" and all([form.is_valid(), second.is_valid()]):
        try:
            work(form, second)
        except StockRefused as refused:
            form.refuse(refused.violations)
        except OwnPinRefused as refused:
            form.add_error("own_pin", refused.sentence)
        except (AttestationRefused, PinRefused) as refused:
            second.refuse(refused)
        else:
            messages.success(request, done)
            shown: BottleState | None = context.get("bottle")
            return redirect("inventory:bottle", shown.number) if shown else redirect("inventory:overview")
    context = {"form": form, "second": second.panel, **context}
    return render(request, template, context, status=INVALID if form.is_bound else 200)


def _posted(request: AccessRequest) -> Any:
    return request.POST if request.method == "POST" else None


def state_of(request: AccessRequest, number: int) -> BottleState:
    """The bottle at the facility that the person acts in; 404 for every other."""
    try:
        return get_state(number=number, facility_id=request.access.facility_id or 0)
    except Bottle.DoesNotExist as missing:
        raise Http404(_("Không có chai này ở cơ sở của bạn.")) from missing


def rules_of(request: AccessRequest) -> StockSettings:
    return settings.for_facility(StockSettings, facility_id=request.access.facility_id or 0, at=clock.now())
