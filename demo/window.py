"""The opened bottles of a simulated morning, kept in step with what is poured so that they are read once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from demo import stock
from demo.sites import Site
from dispensing.queries.snapshot import bottle_facts, device_fact
from dispensing.rules.facts import BottleFact, DeviceFact
from dispensing.rules.measuring import Portion
from inventory.models import AccountKind
from inventory.queries.window import WindowBottle, site_window
from inventory.services import bottles
from inventory.services.bottles import Emptying, Opening

RAN_OUT_UL: Final = 1000  # less than this is measured and poured out


class OpenBottles:
    """What stands open at the window. `opened_account` and `patients_account` name the accounts of a dose."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.read()

    def read(self) -> None:
        """Look at the books again."""
        self._window = site_window(facility_id=self.site.facility_id)
        self.device: DeviceFact | None = device_fact(self._window)
        self._facts: tuple[BottleFact, ...] | None = None

    @property
    def accounts(self) -> tuple[int, int]:
        opened, patients = self._window.opened_account, self._window.patients_account
        if opened is None or patients is None:
            raise LookupError(f"{self.site.spec.name} has never stocked methadone.")
        return opened, patients

    @property
    def bottles(self) -> tuple[WindowBottle, ...]:
        """What stands open, as the books have it."""
        return self._window.bottles

    @property
    def facts(self) -> tuple[BottleFact, ...]:
        """The bottles as the rules see them; what a bottle holds less than its label is never offered."""
        if self._facts is None:
            usable = tuple(
                replace(bottle, balance_ul=max(0, bottle.balance_ul - max(0, -self._beyond_label(bottle))))
                for bottle in self._window.bottles
            )
            self._facts = bottle_facts(replace(self._window, bottles=usable))
        return self._facts

    @property
    def left_ul(self) -> int:
        """What can still be poured."""
        return sum(bottle.balance_ul for bottle in self.facts if not bottle.quarantined)

    def lot_of(self, bottle_id: int) -> int:
        return next(bottle.lot_id for bottle in self._window.bottles if bottle.id == bottle_id)

    def pour(self, portions: Sequence[Portion]) -> None:
        """Take a dose out of its bottles."""
        poured = {portion.bottle_id: portion.ul for portion in portions}
        left = tuple(
            replace(bottle, balance_ul=bottle.balance_ul - poured.get(bottle.id, 0)) for bottle in self._window.bottles
        )
        self._window = replace(self._window, bottles=left)
        self._facts = None

    def run_out(self) -> list[WindowBottle]:
        """Bottles that hold too little for another dose."""
        usable = {fact.id: fact.balance_ul for fact in self.facts}
        return [b for b in self._window.bottles if not b.quarantined and usable[b.id] < RAN_OUT_UL]

    def empty(self, bottle: WindowBottle, *, at: datetime) -> None:
        """Measure the residue, pour it out and settle what the bottle gave more or less than its label."""
        beyond = self._beyond_label(bottle)
        residue_ul = bottle.balance_ul + beyond
        day = at.astimezone(self.site.zone).date()
        bottles.empty(
            command=Emptying(
                id=self.site.id(at, "emptying", bottle.opened_at),
                number=bottle.number,
                residue_ul=max(0, residue_ul),
                second=stock.second(self.site, "emptying", bottle.opened_at),
            ),
            by=self.site.dispenser(day, 0).access,
            now=at,
        )
        self._window = replace(self._window, bottles=tuple(b for b in self._window.bottles if b.id != bottle.id))
        self._facts = None

    def open_next(self, *, at: datetime, step: timedelta) -> None:
        """Open the closed bottle that expires first, fetched from the storage or delivered at once if need be."""
        day = at.astimezone(self.site.zone).date()
        closed = stock.closed_bottles(self.site)
        usable = [bottle for bottle in closed if bottle.keeps(day)]
        if not usable:
            stock.receive(self.site, count=1, at=at)
            usable = [bottle for bottle in stock.closed_bottles(self.site) if bottle.keeps(day)]
        ready = [bottle for bottle in usable if bottle.place is AccountKind.DISPENSING]
        if not ready:
            ready = usable[:1]
            stock.take_over(self.site, ready, at=at + step / 60)
        chosen = ready[0]
        earlier = any(day <= bottle.expires_on < chosen.expires_on for bottle in closed)
        moment = at + step / 40
        bottles.open_bottle(
            command=Opening(
                id=self.site.id(moment, "opening"),
                number=chosen.number,
                second=stock.second(self.site, "opening", at),
                reason="Chai hạn ngắn để riêng, chờ trả về cơ sở điều trị" if earlier else "",
            ),
            by=self.site.dispenser(day, 0).access,
            now=moment,
        )
        self.read()

    def _beyond_label(self, bottle: WindowBottle) -> int:
        """Microlitres that this bottle really holds more (or less) than its label: mostly none, never known before."""
        drawn = self.site.share("content", bottle.opened_at.timestamp())
        size_ul = self.site.spec.bottle_ml * stock.UL_PER_ML
        permille = 2 + int(60 * drawn) % 5
        if drawn < 0.06:
            return -size_ul * permille // 1000
        if drawn < 0.20:
            return size_ul * permille // 1000
        return -size_ul * 16 // 1000 if drawn > 0.99 else 0
