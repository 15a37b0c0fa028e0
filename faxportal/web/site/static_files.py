"""Static files under names with a hash of their content, compressed."""

from __future__ import annotations

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage, which also puts the hashed names into the `import` lines of modules.

    Django's `support_js_module_import_aggregation` does that for every script, and fails at a
    comment in a script of django-htmx. So this class applies the patterns of that setting only to
    our own modules and to the one library that they import.
    """

    _glob, _imports = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns  # noqa: SLF001
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", _imports),
        ("vendor/noble-hashes-*/*.js", _imports),
    )
    #: Django computes the hashes in passes, until a pass changes nothing. A module's hash depends
    #: on the hashed names of the modules that it imports. So a chain of imports can need one pass
    #: for each module. Only modules that import each other in a circle reach this limit.
    max_post_process_passes = 50
