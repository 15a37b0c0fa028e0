"""The environment variables that an operator can set, with their types and defaults.

`settings.py` reads the values. `README.md` explains the variables, and a test compares its table
with this module. A value that can't be read raises `ImproperlyConfigured`, with a sentence that
names the variable. Instead of any variable NAME, an operator can set NAME_FILE to the name of a
file that holds the value. Container platforms provide secrets in this way.
"""

from __future__ import annotations

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

#: name → (type, default), in the order of the table in README.md.
VARIABLES: dict[str, tuple[type, Any]] = {
    "FAXPORTAL_SECRET_KEY": (str, ""),
    "FAXPORTAL_CREDENTIAL_KEYS": (list, []),
    "FAXPORTAL_RECORD_KEY": (list, []),
    "FAXPORTAL_DATA_DIR": (str, "./var"),
    "FAXPORTAL_DATABASE_URL": (str, ""),
    "FAXPORTAL_HOSTS": (list, ["localhost", "127.0.0.1"]),
    "FAXPORTAL_URL": (str, ""),
    "FAXPORTAL_TRUSTED_PROXIES": (list, []),
    "FAXPORTAL_EMAIL_URL": (str, "consolemail://"),
    "FAXPORTAL_EMAIL_FROM": (str, "faxportal@localhost"),
    "FAXPORTAL_TIME_ZONE": (str, "UTC"),
    "FAXPORTAL_LANGUAGE": (str, "en"),
    "FAXPORTAL_CA_FILE": (str, ""),
    "FAXPORTAL_BIND": (str, "127.0.0.1:8000"),
    "FAXPORTAL_VOIPNOW_SERVERS": (list, []),
    "FAXPORTAL_STORAGE_ORIGINS": (list, []),
    "FAXPORTAL_ALLOW_HTTP": (bool, False),
    "FAXPORTAL_FAX_PATH_SLASH": (bool, True),
    "FAXPORTAL_DELIVERY": (str, "auto"),
    "FAXPORTAL_DIRECT_OVER_MB": (int, 20),
    "FAXPORTAL_DEADLINE_HOURS": (int, 24),
    "FAXPORTAL_MAX_FILES": (int, 5),
    "FAXPORTAL_MAX_FILE_MB": (int, 50),
    "FAXPORTAL_RECIPIENTS_PER_FAX": (int, 5),
    "FAXPORTAL_MAX_RECIPIENTS": (int, 500),
    "FAXPORTAL_NEW_NUMBERS": (str, "point-out"),
    "FAXPORTAL_ALREADY_SENT_DAYS": (int, 7),
    "FAXPORTAL_SUMMARY_RECIPIENTS": (int, 20),
    "FAXPORTAL_SUMMARY_PAGES": (int, 50),
    "FAXPORTAL_REGION": (str, "US"),
    "FAXPORTAL_DIAL_AS": (str, "typed"),
    "FAXPORTAL_RETENTION_DAYS": (int, 30),
    "FAXPORTAL_RECORD_DAYS": (int, 0),
}

_env = environ.FileAwareEnv(**VARIABLES)


def read(name: str) -> Any:
    """The value of one variable, as its declared type.

    Raises `ImproperlyConfigured` with a sentence that names the variable and not its value, which
    may be a secret.
    """
    try:
        value = _env(name)
    except (ValueError, environ.ImproperlyConfigured) as error:
        kind = VARIABLES[name][0].__name__
        raise ImproperlyConfigured(f"{name} can't be read: it must be of type {kind}.") from error
    if isinstance(value, list):
        return [item.strip() for item in value if item.strip()]
    return value.strip() if isinstance(value, str) else value


def number(name: str, *, at_least: int = 1) -> int:
    """The value of a variable that has to be a whole number of `at_least` or more.

    Raises `ImproperlyConfigured`.
    """
    value: int = read(name)
    if value < at_least:
        raise ImproperlyConfigured(f"{name} must be {at_least} or more; it is {value}.")
    return value


def choice(name: str, *, among: tuple[str, ...]) -> str:
    """The value of a variable that has to be a word in `among`. Raises `ImproperlyConfigured`."""
    value: str = read(name)
    if value not in among:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(among)}.")
    return value


def database(url: str) -> dict[str, Any]:
    """Django's database settings for a URL, such as postgres://user@host:5432/name.

    Raises `ImproperlyConfigured`.
    """
    try:
        config: dict[str, Any] = environ.Env.db_url_config(url)
    except (ValueError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured("FAXPORTAL_DATABASE_URL is not a database URL.") from error
    return config


def has_mail_server() -> bool:
    """Whether FAXPORTAL_EMAIL_URL names a mail server, and not the console."""
    return not read("FAXPORTAL_EMAIL_URL").startswith(("consolemail:", "dummymail:"))


def email(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings for a URL, such as smtp+tls://user:password@host:587.

    Raises `ImproperlyConfigured`.
    """
    try:
        config: dict[str, Any] = environ.Env.email_url_config(url)
    except (ValueError, KeyError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured("FAXPORTAL_EMAIL_URL is not a mail server's URL.") from error
    return config
