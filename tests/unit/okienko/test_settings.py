import pytest

from okienko.errors import BadSetting
from okienko.settings import Settings, read_settings


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OKIENKO_WEB_PORT", "eighty"),
        ("OKIENKO_WEB_PORT", "70000"),
        ("OKIENKO_ANSWER_CONFIDENCE", "2"),
        ("OKIENKO_OPENING", "sometimes"),
        ("OKIENKO_LOG_LEVEL", "LOUD"),
    ],
)
def test_bad_value_is_refused_with_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(BadSetting, match=variable):
        read_settings()


def test_bands_in_the_wrong_order_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKIENKO_CHOICE_CONFIDENCE", "0.9")

    with pytest.raises(BadSetting, match="CHOICE_CONFIDENCE"):
        read_settings()


def test_secrets_are_hidden_when_settings_are_shown() -> None:
    assert "very-secret" not in repr(Settings(rasa_token="very-secret"))
