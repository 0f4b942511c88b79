"""What can go wrong with mail; no error here is the customer's doing."""


class MailError(Exception):
    """The root of this package's errors."""


class BadServerUrl(MailError):
    """A setting that should name a mail server does not."""


class BadDkimKey(MailError):
    """The file of the setting holds no private key that mail can be signed with."""


class MailboxUnreachable(MailError):
    """The IMAP server is away, dropped the connection or talks nonsense; trying again later may help."""


class MailboxRefused(MailError):
    """The IMAP server does not accept the user, the password or the folder; somebody must change a setting."""
