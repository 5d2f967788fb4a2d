"""What is filled in after a visit: how it was carried over, headings, files."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.rules.roles import Service
from hembesok.documents.received import MOST_BYTES
from hembesok.values.refusals import Reason
from hembesok.visits.queries.around import Heading
from hembesok.visits.rules.transfer import How
from hembesok.web.fields import tiles
from hembesok.web.uploads import SentFile
from hembesok.web.words_around import HEADINGS, HOW


class TransferForm(forms.Form):
    """How a text was carried over, and how many additions were on the page."""

    seen = forms.IntegerField(min_value=0, max_value=10_000, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["how"] = tiles(
            _("How did it get to the record?"),
            [(how.value, HOW[how]) for how in How],
            needed=_("Choose how it got to the record."),
        )

    @property
    def how(self) -> How:
        """What was chosen."""
        return How(self.cleaned_data["how"])


class HeadingsForm(forms.Form):
    """What a site calls the headings of a record, and their order."""

    def __init__(
        self, *args: object, service: Service, headings: Iterable[Heading], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.codes = [heading.code for heading in headings]
        for place, heading in enumerate(headings, start=1):
            shipped = HEADINGS[service][heading.code]
            self.fields[f"{heading.code}-title"] = forms.CharField(
                label=str(shipped),
                help_text=_("Empty: as it is called here"),
                initial=heading.title,
                required=False,
                max_length=80,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"{heading.code}-order"] = forms.IntegerField(
                label=_("Place of %(heading)s") % {"heading": shipped},
                initial=place,
                min_value=1,
                max_value=99,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={
                    "invalid": _("Write a number from 1 to 99."),
                    "required": _("Write a number from 1 to 99."),
                },
            )

    def titles(self, service: Service) -> list[tuple[str, str]]:
        """Return each code with its title, in the order that was written."""
        data = self.cleaned_data
        ordered = sorted(self.codes, key=lambda code: data[f"{code}-order"])
        return [(code, data[f"{code}-title"] or str(HEADINGS[service][code])) for code in ordered]


class AttachForm(SentFile):
    """A file to a block."""

    too_large = Reason("attachment_too_large", {"megabytes": MOST_BYTES // 1024**2})
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF or picture (JPEG, PNG), at most 10 MB"),
        max_length=500,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "max_length": gettext_lazy("The file's name is too long. Give it a shorter one."),
        },
    )

    @property
    def content(self) -> bytes:
        """What was sent; one byte more than is taken is enough to refuse it."""
        content: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return content


class WithdrawAttachmentForm(forms.Form):
    """Why a file is withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write why.")},
    )
