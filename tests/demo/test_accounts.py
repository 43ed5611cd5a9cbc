"""The sign-ins of the demo, and the two commands."""

import json
import stat
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command

from core import clock
from core.access import Role
from demo import accounts
from demo.people import PASSWORD, SIGN_IN
from demo.province import DEMO
from dispensing.models import Dose
from staff.models import Person
from tests.demo.tiny import TINY, at, run


def test_write_lists_everybody_for_the_owner_alone(tmp_path: Path):
    file = accounts.write(DEMO, tmp_path / "data")

    listed = json.loads(file.read_text(encoding="utf-8"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {account["role"] for account in listed} == {str(role) for role in Role}
    assert {site.name for site in DEMO.sites} <= {account["facility"] for account in listed}
    assert set(listed[0]) == {"username", "password", "pin", "totp_secret", "role", "facility"}
    validate_password(PASSWORD)


@pytest.mark.django_db
def test_listed_sign_ins_of_a_built_province_open_the_door(tmp_path: Path):
    run(at(6, 10), days=0)

    listed = json.loads(accounts.write(TINY, tmp_path).read_text(encoding="utf-8"))

    account = next(account for account in listed if account["role"] == Role.DISPENSER)
    person = Person.objects.get(username=account["username"])
    assert person.check_password(account["password"])
    assert account["pin"] == SIGN_IN[Role.DISPENSER][1]


@pytest.mark.django_db
def test_simulate_prints_progress_and_rate(capsys: pytest.CaptureFixture[str]):
    with clock.at(at(6, 10)):
        call_command("simulate", "--sites=1", "--patients=6", "--days=2", "--seed=q1")

    printed = capsys.readouterr().out
    assert "2026-11-23: 12 doses" in printed or "2026-11-23: 11 doses" in printed
    assert "doses/s" in printed
    assert Dose.objects.filter(facility__area__province__name="Mô phỏng q1").exists()


@pytest.mark.parametrize("wrong", ["--seed=Đ", "--sites=0", "--days=-1"])
def test_simulate_with_a_wrong_figure_says_what_is_right(wrong):
    with pytest.raises(CommandError, match=r"--(seed|sites)"):
        call_command("simulate", wrong)
