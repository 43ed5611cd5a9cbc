"""Static files under hashed names; the relative imports of our own ES modules are rewritten with them."""

from django.contrib.staticfiles.storage import HashedFilesMixin, ManifestStaticFilesStorage


class HashedStaticStorage(ManifestStaticFilesStorage):
    """Reads imports in our own modules only: other people's files speak of imports in their comments, too."""

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        HashedFilesMixin._js_module_import_aggregation_patterns[1],  # type: ignore[attr-defined]
    )
