"""What a birth or clinic list can tell of a child, and the answers some fields may have."""

from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """One thing a column can hold."""

    CHILD_IDENTIFIER = "child_identifier"
    BORN = "born"
    EXPECTED = "expected"
    DISCHARGED = "discharged"
    GIVEN_NAME = "given_name"
    GUARDIAN1_NAME = "guardian1_name"
    GUARDIAN1_IDENTIFIER = "guardian1_identifier"
    GUARDIAN1_PHONE = "guardian1_phone"
    GUARDIAN2_NAME = "guardian2_name"
    GUARDIAN2_IDENTIFIER = "guardian2_identifier"
    GUARDIAN2_PHONE = "guardian2_phone"
    LANGUAGE = "language"
    INTERPRETER_NEEDED = "interpreter_needed"
    ADDRESS = "address"
    DESO = "deso"
    REGSO = "regso"
    FIRST_TIME_PARENT = "first_time_parent"
    FIRST_CHILD_IN_SWEDEN = "first_child_in_sweden"
    PROTECTION = "protection"
    CLINIC = "clinic"
    CODE = "code"


JOINED: Final = {
    Field.GUARDIAN1_NAME: " ",
    Field.GUARDIAN2_NAME: " ",
    Field.ADDRESS: ", ",
}
"""Fields that several columns may make up together, and what is written between them."""


class Protection(StrEnum):
    """How the population register protects a person, the weakest first."""

    NONE = "none"
    CONFIDENTIALITY_FLAG = "confidentiality_flag"
    PROTECTED_REGISTRATION = "protected_registration"
    FICTITIOUS = "fictitious"

    @property
    def hides_address(self) -> bool:
        """Whether an address must not be kept, wherever it came from."""
        return self in (Protection.PROTECTED_REGISTRATION, Protection.FICTITIOUS)
