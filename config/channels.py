"""How messages leave the product, from the environment: whole, or not at all."""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment

SECURITY: Final = ("starttls", "tls", "none")
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Channels:
    """Which channels there are, and what Django and the gateway need for them. `folder`: where the demo keeps what it
    would have sent."""

    names: tuple[str, ...]
    start_page: str
    mail: dict[str, Any] = field(default_factory=dict)
    sms: dict[str, str] = field(default_factory=dict)


def read(env: Environment, *, folder: str) -> Channels:
    """The channels of this installation. Outside production each writes files; in production one that is not set up is
    not there. Raises ImproperlyConfigured where one is set up by half."""
    mail, sms = _mail(env), _sms(env)
    start_page = env.optional("TRAM_START_PAGE")
    if env.production:
        if (mail or sms) and not start_page:
            raise ImproperlyConfigured(
                "TRAM_START_PAGE is not set. Messages carry the address that people open, https://…/."
            )
    else:
        start_page = start_page or "http://127.0.0.1:8000/"
        mail = mail or {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": f"{folder}/email",
            "DEFAULT_FROM_EMAIL": "tram@example.vn",
        }
        sms = sms or {"folder": f"{folder}/sms"}
    if start_page and urlsplit(start_page).query:
        raise ImproperlyConfigured("TRAM_START_PAGE must be a plain address without a question mark.")
    names = tuple(name for name, there in (("sms", sms), ("email", mail)) if there)
    return Channels(names, start_page, mail or {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}, sms)


def _mail(env: Environment) -> dict[str, Any]:
    names = ("HOST", "FROM", "PORT", "USER", "PASSWORD", "SECURITY")
    given = {name: value for name in names if (value := env.optional(f"TRAM_EMAIL_{name}"))}
    if not given:
        return {}
    for name in ("HOST", "FROM"):
        if name not in given:
            raise ImproperlyConfigured(f"TRAM_EMAIL_{name} is not set, but other TRAM_EMAIL_… are.")
    if ("USER" in given) is not ("PASSWORD" in given):
        raise ImproperlyConfigured("TRAM_EMAIL_USER and TRAM_EMAIL_PASSWORD belong together: set both, or none.")
    security = given.get("SECURITY", "starttls")
    if security not in SECURITY:
        raise ImproperlyConfigured(f"TRAM_EMAIL_SECURITY is {security!r}; it must be starttls, tls or none.")
    if security == "none" and "PASSWORD" in given and given["HOST"] not in _LOOPBACK:
        raise ImproperlyConfigured("TRAM_EMAIL_SECURITY is none: the password would cross the network in the open.")
    port = given.get("PORT", {"starttls": "587", "tls": "465", "none": "25"}[security])
    if not port.isdecimal():
        raise ImproperlyConfigured(f"TRAM_EMAIL_PORT is {port!r}; it must be a number.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": given["HOST"],
        "EMAIL_PORT": int(port),
        "EMAIL_HOST_USER": given.get("USER", ""),
        "EMAIL_HOST_PASSWORD": given.get("PASSWORD", ""),
        "EMAIL_USE_TLS": security == "starttls",
        "EMAIL_USE_SSL": security == "tls",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": given["FROM"],
    }


def _sms(env: Environment) -> dict[str, str]:
    names = ("URL", "BODY", "HEADER", "SECRET", "ANSWER")
    given = {name.lower(): value for name in names if (value := env.optional(f"TRAM_SMS_{name}"))}
    if not given:
        return {}
    if "url" not in given:
        raise ImproperlyConfigured("TRAM_SMS_URL is not set, but other TRAM_SMS_… are.")
    address = urlsplit(given["url"])
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise ImproperlyConfigured("TRAM_SMS_URL must be an address that begins with https://.")
    if env.production and address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise ImproperlyConfigured("TRAM_SMS_URL must begin with https://: numbers and the secret cross the network.")
    everywhere = "".join(given.get(name, "") for name in ("url", "body", "header"))
    for word in ("{to}", "{text}"):
        if word not in everywhere:
            raise ImproperlyConfigured(f"Neither TRAM_SMS_URL nor TRAM_SMS_BODY says where {word} stands.")
    if ("{secret}" in everywhere) is not ("secret" in given):
        raise ImproperlyConfigured("TRAM_SMS_SECRET and the word {secret} belong together: set both, or none.")
    if "header" in given and ":" not in given["header"]:
        raise ImproperlyConfigured("TRAM_SMS_HEADER must read Name: value.")
    return given
