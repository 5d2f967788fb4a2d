"""Static files under names that change with what is in them, also those that modules import."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage, that puts the changed names into JavaScript's imports too."""

    support_js_module_import_aggregation = True
