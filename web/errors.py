"""What can go wrong at the web's edge."""


class WebError(Exception):
    """The root of this package's errors."""


class BotUnavailable(WebError):
    """The bot gave no sensible reply in time; the customer's message is stored all the same."""


class BadMessage(WebError):
    """A message of the customer that cannot be taken; `text` says why, in Polish.

    Attributes:
        status: the HTTP status that fits.
    """

    def __init__(self, text: str, status: int = 422) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
