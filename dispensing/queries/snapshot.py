"""Turns what inventory knows of the window into what the dosing rules ask about."""

from dispensing.rules.facts import BottleFact, DeviceFact, PatientFacts
from inventory.queries.window import Window


def next_slot(facts: PatientFacts) -> int:
    """The first part of today's dose that nobody has given yet."""
    given = {dose.slot for dose in facts.doses_today}
    parts = len(facts.prescription.slot_mg) if facts.prescription else 1
    return next((slot for slot in range(1, parts + 1) if slot not in given), 1)


def bottle_facts(window: Window) -> tuple[BottleFact, ...]:
    return tuple(
        BottleFact(
            b.id,
            b.label,
            b.lot_number,
            b.expires_on,
            b.concentration,
            b.balance_ul,
            b.opened_at,
            b.quarantined,
        )
        for b in window.bottles
    )


def device_fact(window: Window) -> DeviceFact | None:
    device = window.device
    return DeviceFact(device.name, device.step_ul, device.min_ul, device.max_ul) if device else None
