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
    #: A module's hash changes with the names of the modules that it imports, so a pass may settle
    #: only one more link of a chain of imports. The passes end when a pass changes nothing; this
    #: number only ends modules that import each other in a circle.
    max_post_process_passes = 50
