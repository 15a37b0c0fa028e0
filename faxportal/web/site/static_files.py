"""How the files of pages are kept for browsers: by names with their content's hash, compressed."""

from __future__ import annotations

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's, which also puts the hashed names into the `import` lines of modules.

    Django's `support_js_module_import_aggregation` does that for every script, and stumbles over
    a comment in one that django-htmx brings along. So its patterns are used for our own modules
    and for the one library that these import.
    """

    _glob, _imports = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns  # noqa: SLF001
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", _imports),
        ("vendor/noble-hashes-*/*.js", _imports),
    )
