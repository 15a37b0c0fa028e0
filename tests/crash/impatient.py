"""The portal's settings, but for the time that SQLite waits for a lock: a second is enough here."""

from faxportal.settings import *  # noqa: F403  # these are settings
from faxportal.settings import DATABASES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"]["timeout"] = 1
