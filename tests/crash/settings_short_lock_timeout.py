"""The portal's settings, except that SQLite waits for a lock for only a second."""

from faxportal.settings import *  # noqa: F403  # these are settings
from faxportal.settings import DATABASES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"]["timeout"] = 1
