"""What can go wrong in the helpdesk; the edges translate these into words for their readers."""

from datetime import datetime


class HelpdeskError(Exception):
    """The root of the helpdesk's errors."""


class IllegalMove(HelpdeskError):
    """A record was asked to go where its life cycle has no way."""


class NotFound(HelpdeskError):
    """No such record, or none that the asking person may know of."""


class AlreadyTaken(HelpdeskError):
    """Another consultant was quicker."""


class NotVerified(HelpdeskError):
    """The identifier and the PIN do not belong together; also said of an unknown identifier."""


class Locked(HelpdeskError):
    """Too many failures; the conversation or the sign-in waits.

    Attributes:
        until: the instant from which one may try again; None when it is not told.
    """

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__()
        self.until = until


class NoMandate(HelpdeskError):
    """No registered mandate lets this customer act for that one today."""


class DatabaseTooNew(HelpdeskError):
    """The database was migrated by a newer version of the program."""


class DatabaseOutdated(HelpdeskError):
    """The database lacks migrations of this version."""


class SealBroken(HelpdeskError):
    """Sealed data cannot be opened: its key is missing from the settings, or it was changed."""
