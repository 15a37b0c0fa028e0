"""What Django raises while the database does not answer, or takes no changes for a while."""

from __future__ import annotations

from django.db import InterfaceError, InternalError, OperationalError

#: Any other database error in a handover's step counts as a fault of the portal. PostgreSQL reports
#: an `InternalError` while it is read-only, for example as a standby server.
DATABASE_IS_AWAY = (OperationalError, InterfaceError, InternalError)
