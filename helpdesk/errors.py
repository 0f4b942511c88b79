"""What can go wrong in the helpdesk; the edges translate these into words for their readers."""

from datetime import datetime


class HelpdeskError(Exception):
    """The root of the helpdesk's errors."""


class IllegalMove(HelpdeskError):
    """A record was asked to go where its life cycle has no way."""


class NotFound(HelpdeskError):
    """No such record, or none that the asking person may know of."""


class LinkExpired(NotFound):
    """A link in a letter, whose time is over."""


class LinkUsed(NotFound):
    """A link in a letter that works once, and did."""


class BadMerge(HelpdeskError):
    """Two tickets that cannot become one: the same one, or one that was merged before."""


class BadSplit(HelpdeskError):
    """A message that cannot become a ticket of its own: no customer's, or the only one."""


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


class ReasonMissing(HelpdeskError):
    """Personal data was to be opened without a reason that says something."""


class SealBroken(HelpdeskError):
    """Sealed data cannot be opened: its key is missing from the settings, or it was changed."""


class SlotTaken(HelpdeskError):
    """The chosen time has no free seat any more."""


class SlotNotOffered(SlotTaken):
    """No slot begins at the chosen time, or it is too soon or too far ahead to be booked."""


class AppointmentOver(HelpdeskError):
    """An e-visit or a callback that is over cannot be changed."""


class AppointmentCancelled(AppointmentOver):
    """It was cancelled before."""


class AppointmentPast(AppointmentOver):
    """Its time has come or is past."""


class TooManyAppointments(HelpdeskError):
    """A conversation holds as many e-visits or callbacks as one customer may have ahead."""


class NoPhone(HelpdeskError):
    """The telephone number is none that the office may call."""


class NotTaken(HelpdeskError):
    """A server did not take a mail or a text message; `permanent` tells whether trying again is pointless."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class BadAddress(HelpdeskError):
    """What a customer typed is no mail address that a letter can be sent to."""


class TooMany(HelpdeskError):
    """A customer asked for more of the same than one day allows."""


class BadDeadline(HelpdeskError):
    """Times of a deadline rule that are out of bounds, or an answer due after the solution."""


class BlobsAway(HelpdeskError):
    """The folder of raw mails and attachments cannot be read or written now, as when the disk is full."""


class BadPassword(HelpdeskError):
    """A new password that is not good enough; the argument says why (`passwords.PasswordProblem`)."""


class LastAdministrator(HelpdeskError):
    """A change that would leave the house without an active administrator."""


class LoginTaken(HelpdeskError):
    """Somebody else has this login."""


class BadLogin(HelpdeskError):
    """A login name that holds other characters than letters, digits, dots and hyphens, or is too short or long."""


class AlreadyAsked(HelpdeskError):
    """The customer has not answered the last question for a consent yet."""


class Stale(HelpdeskError):
    """A form was filled in on a state of the ticket that somebody has changed since."""


class NotAllowedFile(HelpdeskError):
    """A file that may not be sent: too large, of a kind that is not allowed, or not what its name says."""


class BadCursor(HelpdeskError):
    """An address names a place in a list that is none."""


class BadTag(HelpdeskError):
    """What was typed is no tag: it is empty or too long."""


class BadLink(HelpdeskError):
    """A ticket cannot be linked to this one: there is none, or it is the same."""
