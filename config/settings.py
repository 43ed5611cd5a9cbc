"""One settings file for production, demo and tests. What differs comes from the environment, by config.environment."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from config import channels, environment
from config.backup import setup as backup_setup

env = environment.read()
BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = env.production

DEBUG = env.flag("TRAM_DEBUG") and not PRODUCTION
SECRET_KEY = env.required(
    "SECRET_KEY",
    "Sessions and signed forms need it: 50 or more random characters, the same for every process.",
    outside_production="outside-production-only-0123456789-abcdefghijklmnopqrstuvwxyz",
)
ALLOWED_HOSTS = env.required(
    "ALLOWED_HOSTS", "Name the hosts that people use, separated by commas.", outside_production="*"
).split(",")

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "rest_framework",
    "drf_spectacular",
    "core",
    "facilities",
    "staff",
    "followup",
    "patients",
    "inventory",
    "dispensing",
    "oversight",
    "demo",
    "config",
]

MIDDLEWARE = [
    "core.middleware.seen",
    "core.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "staff.middleware.access",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.debug",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.navigation.context",
                "facilities.context.overdose_card",
                "followup.context.notices",
                "core.context.night",
            ],
            "builtins": ["core.templatetags.tram", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["staff.api.tokens.DeviceToken", "core.api.sessions.ProductSession"],
    "DEFAULT_PERMISSION_CLASSES": [],  # core.api says for each view who may
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttles.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {"person": "600/minute", "sign_in": "10/minute"},
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.handling.handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Trạm",
    "DESCRIPTION": "Dispensing and stock of satellite methadone sites.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATIONS": True,
    "POSTPROCESSING_HOOKS": ["config.schema.with_problems"],
}

DATABASES = {"default": env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL = env.broker()
if os.environ.get("CELERY_BROKER_URL"):  # Celery asks the environment before our settings; there it lacks the password
    os.environ["CELERY_BROKER_URL"] = CELERY_BROKER_URL
VALKEY_URL = env.with_password(env.optional("VALKEY_URL"), "VALKEY_PASSWORD") or CELERY_BROKER_URL

AUTH_USER_MODEL = "staff.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "staff.backends.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/staff/sign-in/"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours; a site's only dispenser must not lose the morning
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "staff.lockout.counted_as"  # what was typed is kept only where it is an account's name
# `next` is a page that was looked for, its search included; the others are typed to change a password or PIN.
AXES_SENSITIVE_PARAMETERS = ["username", "next", "current", "new", "again", "pin"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says when it opens; trying again must not move that
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "staff.views.signin.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # by name alone on purpose: a whole site may share one address

SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 14  # one working day; the idle lock guards the minutes between
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = False  # htmx sends the token from the form
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"
SECURE_SSL_REDIRECT = PRODUCTION and not env.flag("TRAM_PLAIN_HTTP")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]

LANGUAGE_CODE = "vi"  # the source language: every msgid is Vietnamese, English is a catalogue
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "tram_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected files are production's; demo and tests serve what stands in static/.
STATIC_ROOT = Path(env.optional("STATIC_ROOT", str(BASE_DIR / ".data" / "static"))) if PRODUCTION else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "core.storage.HashedStaticStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG

DATA_DIR = Path(env.optional("TRAM_DATA_DIR", str(BASE_DIR / ".data")))  # what the demo and its tests keep as files
PHRASES_DIR = env.optional("TRAM_PHRASES")  # the province's own folder of phrase files; none: those of phrases/
DHIS2_MAPPING = env.optional("TRAM_DHIS2", str(BASE_DIR / "dhis2" / "mapping.json"))  # our codes and DHIS2's, a file
OVERDOSE_DIR = env.optional("TRAM_OVERDOSE")  # the province's own folder of overdose steps; none: those of overdose/
FILES_DIR = Path(env.optional("TRAM_FILES", str(DATA_DIR / "files")))  # pictures of facts; never served by itself
_channels = channels.read(env, folder=str(DATA_DIR / "messages"))
CHANNELS = _channels.names  # how people are reached outside the product; empty: only inside it
START_PAGE = _channels.start_page
SMS = _channels.sms
EMAIL_BACKEND = _channels.mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _channels.mail.get("EMAIL_FILE_PATH")
EMAIL_HOST = _channels.mail.get("EMAIL_HOST", "")
EMAIL_PORT = _channels.mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _channels.mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _channels.mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _channels.mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _channels.mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = _channels.mail.get("EMAIL_TIMEOUT", 20)
DEFAULT_FROM_EMAIL = _channels.mail.get("DEFAULT_FROM_EMAIL", "")
DAY_HEADS_DIR = Path(env.optional("DAY_HEADS_DIR", str(DATA_DIR / "day-heads")))
DAY_HEADS_KEY = env.required(
    "DAY_HEADS_KEY",
    "Each day's chain heads are signed with it; keep it and the heads outside the database.",
    outside_production="outside-production-day-heads-key",
)
BACKUP = backup_setup.read(env, folder=DATA_DIR / "backups")
# Names, telephones and photos are sealed under these (core.sealing); kept outside the database and its backups.
IDENTITY_KEYS = env.required(
    "IDENTITY_KEYS",
    "Names and photos are sealed by it, name:key with 32 random bytes in base64; keep a copy away from this server.",
    outside_production="outside-1:b3V0c2lkZS1wcm9kdWN0aW9uLW9ubHktMDEyMzQ1Njc=",
)
TRAM_CLOCK = "" if PRODUCTION else env.optional("TRAM_CLOCK")
IDLE_LOCK_SECONDS = int(env.optional("TRAM_IDLE_LOCK_SECONDS", "300"))

LOG = env.one_of("TRAM_LOG", ("json", "plain"), "json" if PRODUCTION else "plain")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonFormatter"}, "plain": {"()": "core.logs.PlainFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django": {"handlers": [], "level": "INFO"},  # Django's own would mail whatever stood in the frames
        "django.request": {"level": "ERROR"},  # core.middleware.seen has a line for each, by the page's name
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
METRICS_TOKEN = env.optional("METRICS_TOKEN")  # who asks for /metrics; empty: nobody
METRICS_DIR = env.optional("TRAM_METRICS_DIR")  # where the web's processes count together (config.wsgi)
