"""What can go wrong in the helpdesk; the edges translate these into words for their readers."""


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
    """Too many failures; the account or the sign-in waits."""


class DatabaseTooNew(HelpdeskError):
    """The database was migrated by a newer version of the program."""


class DatabaseOutdated(HelpdeskError):
    """The database lacks migrations of this version."""


class ReasonMissing(HelpdeskError):
    """Personal data was to be opened without a reason that says something."""


class SealBroken(HelpdeskError):
    """Sealed data cannot be opened: its key is missing from the settings, or it was changed."""
