"""What the demo's first site asked its main clinic, and a dose that a hospital documented; through the services."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from core.access import Access, Role
from demo.referred import of_the_clinic
from demo.refusals import left_out
from demo.sites import Site
from dispensing.models import DayOutcome, Prescription, Question
from dispensing.rules.elsewhere_codes import PlaceKind
from dispensing.rules.question_codes import Said, Topic, Urgency
from dispensing.services import elsewhere, questions
from dispensing.services.elsewhere import NewElsewhere
from dispensing.services.questions import NewQuestion, Saying
from patients.models import Placement, PlacementKind, Status
from patients.queries.reach import in_force

HOUR: Final = timedelta(hours=1)
ONE_DAY: Final = timedelta(days=1)
OLDEST: Final = timedelta(hours=30)
SINCE: Final = 6  # days back among which a missed day is looked for


def today(site: Site, *, now: datetime) -> None:
    """One question answered and read yesterday, one answered this morning, one waiting; a slip of the hospital."""
    if now - OLDEST < site.midnight(site.first_day + ONE_DAY) or site.spec.key != site.province.sites[0].key:
        return
    if Question.objects.filter(facility_id=site.facility_id).exists():
        return
    for story, patient_id in zip((_read, _answered, _waiting), _here(site, now), strict=False):
        with left_out(f"{site.spec.key} question"):
            story(site, patient_id, now)
    with left_out(f"{site.spec.key} elsewhere"):
        _in_hospital(site, now)


def _here(site: Site, now: datetime) -> list[UUID]:
    """Who drinks here, in the order of their codes."""
    day = now.astimezone(site.zone).date()
    here = Placement.objects.filter(
        in_force(day), facility_id=site.facility_id, kind=PlacementKind.HOME, patient__status=Status.IN_TREATMENT
    )
    return list(here.order_by("patient__code").values_list("patient_id", flat=True)[:3])


def _read(site: Site, patient_id: UUID, now: datetime) -> None:
    at = now - 26 * HOUR
    asked = _ask(
        site, patient_id, at, Topic.MEDICINE, Urgency.WAITING,
        "Hôm qua bắt đầu thuốc lao (rifampicin). Sáng nay vã mồ hôi, đau mỏi. Có cho uống liều như đơn không?",
    )  # fmt: skip
    _answer(
        site, asked, at + timedelta(minutes=11),
        "Cho uống liều như đơn, ghi thuốc vào cảnh báo. Rifampicin làm methadone giảm nhanh; tuần này tôi khám lại.",
    )  # fmt: skip
    _say(site, asked, at + timedelta(minutes=25), Said.CLOSE, "")


def _answered(site: Site, patient_id: UUID, now: datetime) -> None:
    at = now - 100 * timedelta(minutes=1)
    words = "Người bệnh táo bón nặng, xin giảm liều. Khuyên thế nào?"
    asked = _ask(site, patient_id, at, Topic.DOSE, Urgency.TODAY, words)
    _answer(site, asked, at + HOUR, "Chưa giảm liều. Uống nhiều nước, ăn rau, vận động; tôi khám vào thứ năm.")


def _waiting(site: Site, patient_id: UUID, now: datetime) -> None:
    _ask(
        site, patient_id, now - timedelta(minutes=9), Topic.SOBER, Urgency.WAITING,
        "Nói hơi chậm, thở có mùi rượu, đi vững. Cho uống hay chờ xem lại?",
    )  # fmt: skip


def _ask(site: Site, patient_id: UUID, at: datetime, topic: Topic, urgency: Urgency, words: str) -> UUID:
    new = NewQuestion(
        id=site.id(at, "question", patient_id), step_id=site.id(at, "question asked", patient_id),
        patient_id=patient_id, topic=topic, urgency=urgency, words=words,
    )  # fmt: skip
    questions.ask(new=new, by=_dispenser(site, at), now=at)
    return new.id


def _answer(site: Site, question_id: UUID, at: datetime, words: str) -> None:
    physician, post = of_the_clinic(site, Role.CLINIC_PHYSICIAN, at)
    saying = Saying(site.id(at, "question answer", question_id), question_id, Said.ANSWER, words, post.pin)
    questions.say(saying=saying, by=physician, now=at)


def _say(site: Site, question_id: UUID, at: datetime, step: Said, words: str) -> None:
    saying = Saying(site.id(at, "question", step, question_id), question_id, step, words)
    questions.say(saying=saying, by=_dispenser(site, at), now=at)


def _in_hospital(site: Site, now: datetime) -> None:
    """Somebody who missed a day lately was in hospital that night, and has brought the slip."""
    day = now.astimezone(site.zone).date()
    missed = DayOutcome.objects.filter(
        facility_id=site.facility_id, day__range=(day - SINCE * ONE_DAY, day - ONE_DAY), how="nothing"
    ).order_by("-day", "patient_id")
    found = missed.first()
    if found is None:
        return
    order = Prescription.objects.filter(patient_id=found.patient_id, starts_on__lte=found.day).order_by("-starts_on")
    at = now - HOUR
    command = NewElsewhere(
        id=site.id(at, "elsewhere", found.patient_id), patient_id=found.patient_id, day=found.day,
        mg=next((each.dose_mg for each in order[:1]), Decimal(60)), place_kind=PlaceKind.HOSPITAL,
        place="Bệnh viện đa khoa huyện", slip_number="214/PX", confirmed_by="ĐD. Hạnh, khoa Nội",
        note="nằm một đêm vì sốt cao",
    )  # fmt: skip
    elsewhere.record(command=command, by=_dispenser(site, at), now=at)


def _dispenser(site: Site, at: datetime) -> Access:
    return site.dispenser(at.astimezone(site.zone).date(), 0).access
