"""What can go wrong at the command line; each is shown as one clear line and ends with a non-zero status."""


class CommandError(Exception):
    """The root of the errors that a command reports."""


class BadSetting(CommandError):
    """An environment variable has a value that it does not take."""


class PartMissing(CommandError):
    """Something that the command needs is not installed, not running, or in use by others."""


class TrainingFailed(CommandError):
    """Rasa could not train the model."""


class SchemaBusy(CommandError):
    """The schema could not be changed, because somebody works on a table for too long."""


class BrokenOff(CommandError):
    """Work that was told to stop before it was done."""
