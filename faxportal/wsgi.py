"""The portal as a WSGI application; the `web` command serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faxportal.settings")
application = get_wsgi_application()
