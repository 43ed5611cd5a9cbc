"""One recorded dose, for the page that a case leads to."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from core.access import Access, Permission
from core.scanning import encode
from dispensing.models import Dose, DoseVoid
from dispensing.rules.choices import IDENTIFICATION_WORDS, Identification
from dispensing.rules.violations import words_for
from dispensing.rules.voids import VOID_WORDS, VoidKind
from inventory.models import Movement
from inventory.rules.scancodes import BOTTLE


@dataclass(frozen=True)
class Finding:
    what: str
    to_do: str


@dataclass(frozen=True)
class Poured:
    """A part of the dose from one bottle; `kind` says where the book took it from."""

    label: str
    lot: str
    ul: int
    beyond_book: bool


@dataclass(frozen=True)
class DosePage:
    dose: Dose
    identified: str | Promise
    poured: tuple[Poured, ...]
    findings: tuple[Finding, ...]
    void: DoseVoid | None
    void_words: str | Promise
    may_void: bool


def dose_page(*, dose_id: UUID, access: Access) -> DosePage:
    """The dose with its stock, findings and void; Dose.DoesNotExist beyond the person's reach. Three statements."""
    dose = Dose.objects.select_related(
        "patient", "facility", "prescription", "poured_by", "observed_by", "recorded_by"
    ).get(pk=dose_id)
    if not access.may_at(Permission.VIEW_ROSTER, dose.facility_id):
        raise Dose.DoesNotExist
    void = DoseVoid.objects.select_related("voided_by").filter(dose_id=dose_id).first()
    moved = Movement.objects.filter(act_id=dose_id).select_related("bottle", "lot", "source").order_by("position")
    said = dose.identified_by
    return DosePage(
        dose=dose,
        identified=IDENTIFICATION_WORDS[Identification(said)] if said in set(Identification) else "",
        poured=tuple(
            Poured(
                label=encode(BOTTLE, move.bottle.number) if move.bottle else "–",
                lot=move.lot.number,
                ul=move.quantity,
                beyond_book=move.source.kind == "unreconciled",
            )
            for move in moved
        ),
        findings=tuple(Finding(*words_for(found["code"], found["data"])) for found in dose.findings),
        void=void,
        void_words=VOID_WORDS[VoidKind(void.kind)] if void else "",
        may_void=void is None
        and access.facility_id == dose.facility_id
        and access.may_at(Permission.VOID_DOSE, dose.facility_id),
    )


def dose_path(subject_id: UUID, access: Access) -> str | None:
    """Where a case about a dose leads, for those who may see the roster of its site."""
    place = Dose.objects.filter(pk=subject_id).values_list("facility_id", flat=True).first()
    if place is None or not access.may_at(Permission.VIEW_ROSTER, place):
        return None
    return f"/dispensing/doses/{subject_id}/"


def void_address(void_id: UUID) -> str:
    """Where an act of voiding leads: to the dose that it corrects."""
    dose_id = DoseVoid.objects.filter(pk=void_id).values_list("dose_id", flat=True).first()
    return f"/dispensing/doses/{dose_id}/" if dose_id else ""
