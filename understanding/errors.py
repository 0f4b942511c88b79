"""What can go wrong while an inquiry is understood."""


class UnderstandingError(Exception):
    """The root of this package's errors."""


class EngineUnavailable(UnderstandingError):
    """Rasa did not answer in time or not sensibly; trying again later may help."""
