"""Photos of spills and losses: signed with the fact, kept when the form is refused, shown at its own site alone."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from core.ids import new_id
from inventory.models import Document, LossReport, Spill
from tests import cast, world_stock
from tests.core.test_attachments import photo, sent
from tests.entrance import signed_in
from tests.inventory.site import Site
from tests.inventory.test_count_pages import second

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(FILES_DIR=tmp_path):
        yield tmp_path


@pytest.fixture
def site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


@pytest.fixture
def dispenser() -> Client:
    return signed_in(cast.DISPENSER)


def spilling(site: Site, **changes: object) -> dict[str, object]:
    return {
        "id": str(new_id()), "what": str(site.opened), "kind": "spill", "estimated": "12,5", "readings": "",
        "happened_at": "2026-11-24T06:00", "words": "đổ cốc", "other_username": "", "other_pin": "", "also_saw": "",
        "photos": [sent(photo())], **second(), **changes,
    }  # fmt: skip


def losing(**changes: object) -> dict[str, object]:
    return {
        "id": str(new_id()), "kind": "theft", "bottles": "", "found_at": "2026-11-24T06:00", "found_by": "Anh Tủa",
        "words": "cạy khóa", "danger_words": "", "photos": [sent(photo())], **second(), **changes,
    }  # fmt: skip


def test_photo_of_a_spill_is_in_what_was_signed_and_on_its_page(site: Site, dispenser: Client):
    dispenser.post(reverse("inventory:spill-new"), spilling(site))
    row = Spill.objects.get()
    [digest] = Document.objects.get(act=row.act_id).content["stated"]["photos"]
    address = reverse("inventory:act-photo", args=[row.act_id, digest])
    answer = dispenser.get(address)
    assert hashlib.sha256(answer.content).hexdigest() == digest
    assert answer["Cache-Control"] == "private, no-store"
    assert address in dispenser.get(reverse("inventory:act", args=[row.act_id])).content.decode()


def test_photo_of_a_loss_is_kept_with_the_report(dispenser: Client):
    dispenser.post(reverse("inventory:loss-new"), losing())
    row = LossReport.objects.get()
    address = reverse("inventory:loss-photo", args=[row.pk, row.photos[0]])
    assert dispenser.get(address)["Content-Type"] == "image/jpeg"
    assert address in dispenser.get(reverse("inventory:loss", args=[row.pk])).content.decode()


def test_photo_stays_with_a_form_that_is_shown_again(dispenser: Client):
    answer = dispenser.post(reverse("inventory:loss-new"), losing(words=""))
    assert answer.status_code == 422
    assert 'name="photos_kept"' in answer.content.decode()
    assert not LossReport.objects.exists()


def test_photo_is_refused_under_another_act_and_to_another_site(site: Site, dispenser: Client):
    dispenser.post(reverse("inventory:spill-new"), spilling(site))
    dispenser.post(reverse("inventory:loss-new"), losing(photos=[sent(photo(size=(80, 40)))]))
    spill, loss = Spill.objects.get(), LossReport.objects.get()
    [digest] = Document.objects.get(act=spill.act_id).content["stated"]["photos"]
    others = (("inventory:act-photo", spill.act_id, loss.photos[0]), ("inventory:loss-photo", loss.pk, digest))
    for name, about, strange in others:
        assert dispenser.get(reverse(name, args=[about, strange])).status_code == 404
    stranger = signed_in(cast.OTHER_DISPENSER)
    assert stranger.get(reverse("inventory:act-photo", args=[spill.act_id, digest])).status_code == 404
    assert stranger.get(reverse("inventory:loss-photo", args=[loss.pk, loss.photos[0]])).status_code == 404
