"""What a simulated site knows beside its doses: who was asked about new medicines, a few alerts, who interprets."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from core.access import Access
from demo.morning import Morning
from demo.refusals import left_out
from dispensing.rules.choices import OutcomeCode
from dispensing.rules.facts import Answers
from dispensing.rules.missed import count_missed
from dispensing.services import alarms
from patients.models import Alert
from patients.rules.alerts import AlertKind, AlertSource, MedicineChange
from patients.services import alerts, speech
from patients.services.alerts import NewAlert

# What the dispenser writes down on this morning: kind, medicine of the list, started or stopped, days ago, who said.
TOLD: Final = (
    (AlertKind.MEDICINE, "rifampicin", MedicineChange.STARTED, 4, AlertSource.PATIENT),
    (AlertKind.MEDICINE, "efavirenz", MedicineChange.STOPPED, 6, AlertSource.PAPER),
    (AlertKind.ALCOHOL, "other", MedicineChange.STARTED, 200, AlertSource.PATIENT),
    (AlertKind.QT, "other", MedicineChange.STARTED, 90, AlertSource.CLINIC),
)
ASKED_EVERY: Final = 7  # days; so on a morning about one in seven is asked anew
INTERPRETED: Final = 0.15  # share of those who speak another language at home and little Vietnamese
VIETNAMESE: Final = "tiếng Việt"


def tell(morning: Morning, at: datetime) -> None:
    """Everything that was said up to this morning; later mornings add only the questions of their week."""
    step = morning.span.step
    moments = (at + number * step / 1000 for number in range(1, 10_000))
    _asked(morning, moments)
    if Alert.objects.filter(patient_id__in=list(morning.today.known)).exists():
        return
    _speech(morning, moments)
    waiting = [
        id_
        for id_, known in sorted(morning.today.known.items(), key=lambda each: each[1].code)
        if not known.facts.doses_today and not known.facts.outcomes_today and known.facts.prescription is not None
    ]
    _pregnant(morning, waiting, moments)
    for id_, (kind, medicine, change, ago, source) in zip(waiting[-len(TOLD) :], TOLD, strict=False):
        moment = next(moments)
        _record(morning, id_, kind, ago, source, moment, medicine=medicine, change=change)


def _asked(morning: Morning, moments: Iterator[datetime]) -> None:
    """Everybody but one in seven was asked on this morning or in the week before it."""
    site, day = morning.site, morning.today.day
    for id_, known in morning.today.known.items():
        turn = morning.today.members[id_].number % ASKED_EVERY
        last = known.facts.medicines_asked_on
        due = last is None or (day - last).days >= ASKED_EVERY
        if due and turn != day.toordinal() % ASKED_EVERY:
            moment = next(moments)
            with left_out("a question about new medicines"):
                alerts.asked(asked_id=site.id(moment, "asked", day, id_), patient_id=id_, by=_by(morning), now=moment)


def _speech(morning: Morning, moments: Iterator[datetime]) -> None:
    """Some who speak another language at home need somebody who interprets."""
    for id_, known in morning.today.known.items():
        foreign = known.language and known.language != VIETNAMESE
        if foreign and morning.site.share("interpreter", id_) < INTERPRETED:
            speech.state(
                patient_id=id_, language=known.language, needs_interpreter=True, by=_by(morning), now=next(moments)
            )


def _pregnant(morning: Morning, waiting: list[UUID], moments: Iterator[datetime]) -> None:
    """A woman who is expected and has missed days: her case waits for the physician. At a larger site where nobody of
    these has missed any, one feels sick this morning and does not want to drink.
    """
    today = morning.today
    women = [id_ for id_ in waiting if today.members[id_].name.female]
    missed = [id_ for id_ in women if count_missed(today.known[id_].facts, today.settings).consecutive]
    chosen = next(iter(missed or (women if morning.site.spec.busy else ())), None)
    if chosen is None:
        return
    waiting.remove(chosen)
    _record(morning, chosen, AlertKind.PREGNANCY, 60, AlertSource.CLINIC, next(moments))
    moment = next(moments)
    today.load([chosen], moment)
    if not missed:
        morning.state(chosen, OutcomeCode.REFUSED, moment)
        return
    decision = morning.decide(chosen, moment, Answers())
    facts = today.known[chosen].facts
    alarms.of_decision(facts=facts, violations=decision.violations, by=_by(morning), now=moment)


def _record(
    morning: Morning,
    patient_id: UUID,
    kind: AlertKind,
    ago: int,
    source: AlertSource,
    at: datetime,
    *,
    medicine: str = "other",
    change: MedicineChange = MedicineChange.STARTED,
) -> None:
    new = NewAlert(
        id=morning.site.id(at, "alert", patient_id, kind),
        patient_id=patient_id,
        kind=kind,
        since=morning.today.day - timedelta(days=ago),
        source=source,
        medicine=medicine,
        change=change,
    )
    with left_out("an alert"):
        alerts.record(new=new, by=_by(morning), now=at)


def _by(morning: Morning) -> Access:
    return morning.site.dispenser(morning.today.day, 0).access
