"""Files that are sent in stay in memory, and no more of them than the largest may be."""

from typing import Any, ClassVar, Final

from django import forms
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest

from hembesok.documents.received import MOST_BYTES as LARGEST_FILE
from hembesok.families.birth_list.sheet import MOST_BYTES as LARGEST_LIST
from hembesok.values.refusals import Reason
from hembesok.web.words import reason_text

MOST_BYTES: Final = max(LARGEST_FILE, LARGEST_LIST)
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


class SentFile(forms.Form):
    """A file that is sent, in the field `file`; one that was let go of is told to be too large."""

    too_large: ClassVar[Reason]

    def __init__(self, request: HttpRequest | None = None) -> None:
        if request is None or request.method != "POST":
            super().__init__()
            return
        super().__init__(request.POST, request.FILES)
        if getattr(request, TOO_LARGE, False):
            self.fields["file"].error_messages["required"] = reason_text(self.too_large)
