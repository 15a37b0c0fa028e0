"""What Django raises while the database does not answer, or takes no changes for a while."""

from __future__ import annotations

from django.db import InterfaceError, InternalError, OperationalError

#: Within a handover's step, any other error of the database is a fault of the portal. PostgreSQL
#: reports an `InternalError` while it is read-only, as a standby is.
DATABASE_IS_AWAY = (OperationalError, InterfaceError, InternalError)
