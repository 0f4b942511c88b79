"""What can go wrong at the web's edge."""


class WebError(Exception):
    """The root of this package's errors."""


class BotUnavailable(WebError):
    """The bot gave no sensible reply in time; the customer's message is stored all the same."""


class BadMessage(WebError):
    """A message of the customer that cannot be taken; `text` says why, in Polish.

    Attributes:
        status: the HTTP status that fits.
        retry_after: seconds after which it can be tried again; None when it makes no sense or is not known.
    """

    def __init__(self, text: str, status: int = 422, *, retry_after: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
        self.retry_after = retry_after


class ProviderUnavailable(WebError):
    """The operator's OIDC provider is down, slow, or says nonsense; trying later may help."""


class ProviderRefused(WebError):
    """The operator's OIDC provider did not confirm what it was asked, or its answer proves nothing."""
