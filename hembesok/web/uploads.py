"""Files that are sent in stay in memory, and no more of them than a list may be large."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest

from hembesok.families.birth_list.sheet import MOST_BYTES

TOO_LARGE = "upload_too_large"
"""What a request bears when a file was let go of because of its size."""


class MemoryOnly(MemoryFileUploadHandler):
    """Keeps all files of a request in memory; lets go of what is too large, and says so."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Take every request, whatever size it states."""
        self.activated = True
        self._taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take a piece, or let go of the file."""
        self._taken += len(raw_data)
        if self._taken > MOST_BYTES:
            setattr(self.request, TOO_LARGE, True)
            self.file.close()
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


def too_large(request: HttpRequest) -> bool:
    """Tell whether a file of this request was let go of because of its size."""
    return getattr(request, TOO_LARGE, False)
