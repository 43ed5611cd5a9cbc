"""Static files under hashed names; ES modules' relative imports are rewritten with them."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticStorage(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
