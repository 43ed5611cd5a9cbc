"""Channels from the environment: whole, or a sentence at the start that says what is missing."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import channels
from config.channels import Channels
from config.environment import Environment

PAGE = {"TRAM_START_PAGE": "https://tram.example.vn/"}
MAIL = {"TRAM_EMAIL_HOST": "mail.example.vn", "TRAM_EMAIL_FROM": "tram@example.vn"}
SMS = {"TRAM_SMS_URL": "https://sms.example.vn/?to={to}&m={text}"}


def read(kind: str = "production", **variables: str) -> Channels:
    return channels.read(Environment({"TRAM_ENV": kind, **variables}), folder="/nowhere")


def test_production_without_a_channel_has_none_and_needs_nothing():
    found = read()

    assert (found.names, found.sms) == ((), {})
    assert found.mail["EMAIL_BACKEND"].endswith("dummy.EmailBackend")


def test_the_demo_writes_files():
    found = read("demo")

    assert found.names == ("sms", "email")
    assert found.sms == {"folder": "/nowhere/sms"}
    assert found.mail["EMAIL_FILE_PATH"] == "/nowhere/email"


def test_a_mail_server_is_spoken_to_with_encryption_unless_somebody_says_otherwise():
    found = read(**PAGE, **MAIL, TRAM_EMAIL_USER="tram", TRAM_EMAIL_PASSWORD="x")

    assert found.names == ("email",)
    assert (found.mail["EMAIL_PORT"], found.mail["EMAIL_USE_TLS"], found.mail["EMAIL_USE_SSL"]) == (587, True, False)
    assert read(**PAGE, **MAIL, TRAM_EMAIL_SECURITY="tls").mail["EMAIL_PORT"] == 465
    assert read(**PAGE, **MAIL, TRAM_EMAIL_SECURITY="none", TRAM_EMAIL_PORT="2525").mail["EMAIL_PORT"] == 2525


def test_a_gateway_is_there_when_its_address_says_where_everything_stands():
    found = read(**PAGE, **SMS)
    assert (found.names, found.sms) == (("sms",), {"url": SMS["TRAM_SMS_URL"]})


@pytest.mark.parametrize(
    ("variables", "names"),
    [
        (MAIL, "TRAM_START_PAGE"),
        (SMS, "TRAM_START_PAGE"),
        ({**PAGE, "TRAM_EMAIL_HOST": "x"}, "TRAM_EMAIL_FROM"),
        ({**PAGE, "TRAM_EMAIL_FROM": "x"}, "TRAM_EMAIL_HOST"),
        ({**PAGE, **MAIL, "TRAM_EMAIL_USER": "x"}, "TRAM_EMAIL_PASSWORD"),
        ({**PAGE, **MAIL, "TRAM_EMAIL_SECURITY": "ssl"}, "starttls, tls or none"),
        ({**PAGE, **MAIL, "TRAM_EMAIL_PORT": "smtp"}, "TRAM_EMAIL_PORT"),
        (
            {**PAGE, **MAIL, "TRAM_EMAIL_SECURITY": "none", "TRAM_EMAIL_USER": "x", "TRAM_EMAIL_PASSWORD": "y"},
            "in the open",
        ),
        ({**PAGE, "TRAM_SMS_BODY": "x"}, "TRAM_SMS_URL"),
        ({**PAGE, "TRAM_SMS_URL": "ftp://x/{to}{text}"}, "https://"),
        ({**PAGE, "TRAM_SMS_URL": "http://sms.example.vn/{to}{text}"}, "must begin with https://"),
        ({**PAGE, "TRAM_SMS_URL": "https://x.vn/{to}"}, "{text}"),
        ({**PAGE, "TRAM_SMS_URL": "https://x.vn/", "TRAM_SMS_BODY": "{text}"}, "{to}"),
        ({**PAGE, **SMS, "TRAM_SMS_SECRET": "x"}, "{secret}"),
        ({**PAGE, **SMS, "TRAM_SMS_HEADER": "Authorization: {secret}"}, "TRAM_SMS_SECRET"),
        ({**PAGE, **SMS, "TRAM_SMS_HEADER": "Authorization"}, "Name: value"),
        ({"TRAM_START_PAGE": "https://x.vn/?site=1", **SMS}, "question mark"),
    ],
)
def test_what_is_set_up_by_half_stops_the_start_with_its_name(variables: dict[str, str], names: str):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(**variables)

    assert names in str(refused.value)
    assert variables.get("TRAM_EMAIL_PASSWORD", "-") not in str(refused.value)
