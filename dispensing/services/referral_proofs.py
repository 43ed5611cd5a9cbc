"""Proofs of referrals: cases and steps what their digests say, signatures over them, one step after another."""

from collections.abc import Iterable
from typing import Final

from core.digests import sha256_of
from core.proofs import Broken, Proof
from dispensing.models import Referral, ReferralStep
from dispensing.services.referral_drafts import document

NAME: Final = "referral.documents"
ORDER: Final = "referral.steps"


def documents() -> Iterable[Broken]:
    """Every case summary and every step's content recomputed; a signature is over its step."""
    for referral in Referral.objects.order_by("pk").iterator(chunk_size=200):
        if sha256_of(document(referral)) != referral.digest:
            yield Broken(NAME, f"referral {referral.pk}", "its case is not what was frozen")
    for step in ReferralStep.objects.select_related("signature").order_by("pk").iterator(chunk_size=200):
        if sha256_of(step.content) != step.digest:
            yield Broken(NAME, f"step {step.pk}", "its content is not what was written")
        elif step.signature is not None and step.signature.digest != step.digest:
            yield Broken(NAME, f"step {step.pk}", "its signature is over something else")


def steps() -> Iterable[Broken]:
    """A referral's steps count from 1, each begins where the one before ended, and an ended one says how."""
    before: dict[object, tuple[int, str]] = {}
    rows = ReferralStep.objects.order_by("referral_id", "position").select_related("referral")
    for step in rows.iterator(chunk_size=200):
        position, state = before.get(step.referral_id, (0, "new"))
        if (step.position, step.before) != (position + 1, state):
            yield Broken(ORDER, f"step {step.pk}", "it does not follow from the step before")
        before[step.referral_id] = step.position, step.state
    for referral in Referral.objects.order_by("pk").iterator(chunk_size=200):
        last = before.get(referral.pk, (0, ""))[1]
        if referral.ended_state is not None and referral.ended_state != last:
            yield Broken(ORDER, f"referral {referral.pk}", "it did not end as it says")


REFERRAL_PROOFS: Final[dict[str, Proof]] = {NAME: documents, ORDER: steps}
