"""Django's settings. The variables that an operator can set are declared in `environment.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from faxportal import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(environment.read("FAXPORTAL_DATA_DIR")).absolute()

# Keys. A missing key is an error only where it is needed (see `accounts/checks.py`), so that
# commands that need no key run without one, for example `--help` and `simulator`.
SECRET_KEY = environment.read("FAXPORTAL_SECRET_KEY")
CREDENTIAL_KEYS: list[str] = environment.read("FAXPORTAL_CREDENTIAL_KEYS")
RECORD_KEYS: list[str] = environment.read("FAXPORTAL_RECORD_KEY")

DEBUG = False
ALLOWED_HOSTS: list[str] = environment.read("FAXPORTAL_HOSTS")
PORTAL_URL: str = environment.read("FAXPORTAL_URL").rstrip("/")
TRUSTED_PROXIES: list[str] = environment.read("FAXPORTAL_TRUSTED_PROXIES")
BIND: str = environment.read("FAXPORTAL_BIND")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "faxportal.audit",
    "faxportal.accounts",
    "faxportal.contacts",
    "faxportal.documents",
    "faxportal.faxes",
    "faxportal.web",
    "faxportal.simulator",
]

MIDDLEWARE = [
    "faxportal.web.site.middleware.trusted_proxy.TrustedProxyMiddleware",
    "faxportal.web.site.middleware.audit_address.AuditAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "faxportal.web.site.middleware.content_security_policy.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "faxportal.web.site.middleware.sign_in_first.SignInFirstMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "faxportal.web.site.middleware.time_zone.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "faxportal.urls"
WSGI_APPLICATION = "faxportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "faxportal.web.site.permissions.may",
            ],
        },
    },
]

# Database. Both databases flush every commit to the disk, so that no fax is lost after its sender
# has read that it was submitted.
if url := environment.read("FAXPORTAL_DATABASE_URL"):
    DATABASES: dict[str, dict[str, Any]] = {"default": environment.database(url)}
    if DATABASES["default"]["ENGINE"].endswith("postgresql"):
        DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=on"}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "faxportal.sqlite3",
        }
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction takes the write lock at its start, and waits for it up to `timeout`
    # seconds. Without IMMEDIATE, a transaction that has read something fails at its first write if
    # another transaction has written since then.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts: an admin adds people, and nobody can sign up.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "faxportal.accounts.allauth_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # it would name the host that the request claims
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's address gets no mail
ACCOUNT_FORMS = {"login": "faxportal.accounts.sign_in_form.SignInForm"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USERNAME_MIN_LENGTH = 1
LOGIN_REDIRECT_URL = "compose"
LOGIN_URL = "account_login"

EMAIL_FROM = environment.read("FAXPORTAL_EMAIL_FROM")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM
vars().update(environment.email(environment.read("FAXPORTAL_EMAIL_URL")))
#: Seconds that the mail server may take for each of its answers.
EMAIL_TIMEOUT = 10
#: Whether people get a link for a new password by mail. The link is not made from the address that
#: a request came to: anybody can send a request with another address.
RESETS_PASSWORDS = bool(PORTAL_URL) and environment.has_mail_server()
#: Seconds that such a link works.
PASSWORD_RESET_TIMEOUT = 3600

# Language and time zone.
LANGUAGE_CODE = environment.read("FAXPORTAL_LANGUAGE")
TIME_ZONE = environment.read("FAXPORTAL_TIME_ZONE")
USE_I18N = USE_TZ = True
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]

# Static files.
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static-built"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "faxportal.documents.storage_backend.DurableFileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "documents", "base_url": None},
    },
    "staticfiles": {"BACKEND": "faxportal.web.site.static_files.HashedStaticFiles"},
}
WHITENOISE_MANIFEST_STRICT = True

# Uploaded files are written to the disk while they arrive, and never kept in memory.
MAX_FILES = environment.number("FAXPORTAL_MAX_FILES")
MAX_FILE_BYTES = environment.number("FAXPORTAL_MAX_FILE_MB") * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# Faxes.
DELIVERY = environment.choice("FAXPORTAL_DELIVERY", among=("auto", "relay", "direct"))
DIRECT_OVER_BYTES = environment.number("FAXPORTAL_DIRECT_OVER_MB") * 1024 * 1024
DEADLINE_HOURS = environment.number("FAXPORTAL_DEADLINE_HOURS")
RECIPIENTS_PER_FAX = environment.number("FAXPORTAL_RECIPIENTS_PER_FAX")
MAX_RECIPIENTS = environment.number("FAXPORTAL_MAX_RECIPIENTS")
NEW_NUMBERS = environment.choice("FAXPORTAL_NEW_NUMBERS", among=("point-out", "twice", "contacts"))
ALREADY_SENT_DAYS = environment.number("FAXPORTAL_ALREADY_SENT_DAYS", at_least=0)
SUMMARY_RECIPIENTS = environment.number("FAXPORTAL_SUMMARY_RECIPIENTS", at_least=0)
SUMMARY_PAGES = environment.number("FAXPORTAL_SUMMARY_PAGES", at_least=0)
REGION = environment.read("FAXPORTAL_REGION").upper()
DIAL_AS = environment.choice("FAXPORTAL_DIAL_AS", among=("typed", "national", "e164"))

# How many days documents and faxes are kept; see `faxes/maintenance/retention.py`. RECORD_DAYS 0
# keeps faxes for ever.
RETENTION_DAYS = environment.number("FAXPORTAL_RETENTION_DAYS", at_least=0)
RECORD_DAYS = environment.number("FAXPORTAL_RECORD_DAYS", at_least=0)
if 0 < RECORD_DAYS < RETENTION_DAYS:
    raise ImproperlyConfigured(
        "FAXPORTAL_RECORD_DAYS must not be less than FAXPORTAL_RETENTION_DAYS, because a fax's "
        "history outlives its documents."
    )

# VoipNow and its storage.
VOIPNOW_SERVERS: list[str] = [
    server.rstrip("/") for server in environment.read("FAXPORTAL_VOIPNOW_SERVERS")
]
STORAGE_ORIGINS: list[str] = environment.read("FAXPORTAL_STORAGE_ORIGINS")
ALLOW_HTTP: bool = environment.read("FAXPORTAL_ALLOW_HTTP")
FAX_PATH_SLASH: bool = environment.read("FAXPORTAL_FAX_PATH_SLASH")
CA_FILE: str = environment.read("FAXPORTAL_CA_FILE")

# Safety in the browser. Secure cookies are used only if FAXPORTAL_URL begins with https, because
# over plain http nobody could sign in with them.
HTTPS = PORTAL_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
# No HSTS for subdomains and no preloading: the portal must not decide for the office's other hosts.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PORTAL_URL] if PORTAL_URL else []
CSRF_FAILURE_VIEW = "faxportal.web.site.error_views.csrf_failure"
SESSION_COOKIE_AGE = 12 * 3600
# This has the form of Django 6's own setting, so that Django 6's middleware can replace the
# portal's middleware.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'", *(STORAGE_ORIGINS if DELIVERY != "relay" else [])],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "worker-src": ["'self'"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "faxportal.log_lines.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "faxportal": {"level": "INFO"},
        # Responses to people's mistakes (404, 403) are not logged.
        "django.request": {"level": "ERROR"},
    },
}

if SECRET_KEY and len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("FAXPORTAL_SECRET_KEY is too short: 32 characters or more.")
