"""Words for what is saved without coverage: what became of it, and why it was not received."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hembesok.visits.rules.carrying import Became

BECAME: Final[Mapping[Became, Promise]] = {
    Became.WRITTEN: _("The site has received it."),
    Became.COMPETING: _(
        "Somebody else has written too. Both texts are kept, and one of you chooses."
    ),
    Became.SEALED: _(
        "You may not write of this family any more."
        " What you wrote waits, unread, for the coordinator to hand it to somebody who may."
    ),
}

NOT_READ: Final = _("The site could not read it. It is kept on this phone.")
TOO_LONG: Final = _("It is too long for the site to receive. Shorten it and save again.")
