"""Booking an e-visit by talking: in order, at once, corrected, interrupted, cancelled, and against others."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from helpdesk.database import Database
from helpdesk.hours import AlwaysOpen
from helpdesk.lifecycle import Company, VisitStatus
from helpdesk.tables import OutboxMail, Visit
from tests.integration.understanding.conftest import Talk
from understanding.acts import Act

WISH = "chcę umówić e-wizytę"


def visits(database: Database) -> list[Visit]:
    with database.reading() as session:
        return list(session.scalars(select(Visit).order_by(Visit.id)))


def to_confirmation(talk: Talk) -> str:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")
    talk.say("80-001")
    talk.press_first()
    talk.say("przyjdę sama")
    talk.say("mój telefon 501 234 567")
    return talk.say("anna@example.com")


def test_visit_is_booked_step_by_step(talk: Talk, database: Database) -> None:
    asked = [
        talk.say(WISH, Act.BOOK_VISIT),
        talk.say("sprawa emerytury"),
        talk.say("80-001 Gdańsk"),
        talk.press_first(),
        talk.say("nikt", Act.DENY),
        talk.say("501234567"),
        talk.say("anna@example.com"),
        talk.say("tak", Act.AFFIRM),
    ]

    assert asked == [
        "utter_ask_visit_matter",
        "utter_ask_visit_postal_code",
        "utter_ask_visit_time",
        "utter_ask_visit_company",
        "utter_ask_visit_phone",
        "utter_ask_visit_email",
        "utter_ask_visit_confirm",
        "utter_visit_booked",
    ]
    (visit,) = visits(database)
    assert (visit.office, visit.company, visit.phone, visit.email, visit.postal_code) == (
        "Oddział ZUS w Gdańsku",
        Company.NOBODY,
        "+48501234567",
        "anna@example.com",
        "80-001",
    )
    assert talk.memory.dialogue is None


def test_what_was_said_at_once_is_not_asked_again(talk: Talk) -> None:
    said = "umów mi e-wizytę w sprawie zaległych składek, kod 80-001, tel. 501 234 567, mail jan@example.com"

    assert talk.say(said, Act.BOOK_VISIT) == "utter_ask_visit_time"
    assert talk.press_first() == "utter_ask_visit_company"
    assert talk.say("z pełnomocnikiem") == "utter_ask_visit_confirm"


def test_question_in_between_is_answered_and_the_dialogue_goes_on(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")

    said = talk.say("ile wynosi zasiłek macierzyński?", Act.ASK_GENERAL)

    assert said == "article:zasilek-macierzynski utter_ask_visit_postal_code"
    assert talk.say("80-001") == "utter_ask_visit_time"


def test_correction_with_the_new_value_replaces_the_old_one_and_what_depends_on_it(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")
    talk.say("80-001")
    talk.press_first()

    assert talk.say("nie, inny kod: 30-001", Act.CORRECT) == "utter_ask_visit_time"
    assert talk.memory.dialogue is not None
    assert talk.memory.dialogue.values["postal_code"] == "30-001"
    assert "time" not in talk.memory.dialogue.values


def test_correction_without_a_value_asks_for_it(talk: Talk) -> None:
    to_confirmation(talk)

    assert talk.say("chcę zmienić numer telefonu", Act.CORRECT) == "utter_ask_visit_phone"
    assert talk.say("602 345 678") == "utter_ask_visit_confirm"


def test_no_at_the_end_asks_what_to_change(talk: Talk, database: Database) -> None:
    to_confirmation(talk)

    assert talk.say("nie", Act.DENY) == "utter_ask_change"
    assert talk.say("termin") == "utter_ask_visit_time"
    assert visits(database) == []


def test_cancelling_leaves_nothing_behind(talk: Talk, database: Database) -> None:
    to_confirmation(talk)

    assert talk.say("anuluj", Act.CANCEL) == "utter_dialogue_cancelled"
    assert talk.memory.dialogue is None
    assert visits(database) == []


def test_day_of_the_customers_choice_is_offered(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")
    talk.say("80-001")

    assert talk.say("w środę 9 grudnia") == "utter_ask_visit_time"
    offered = [button["payload"] for button in talk.said[-1].buttons]
    assert offered[:-1]
    assert all(payload.startswith("option:2026-12-09T") for payload in offered[:-1])


def test_holiday_is_not_offered(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")
    talk.say("80-001")

    assert talk.say("24 grudnia o 10") == "utter_ask_visit_time_other"
    assert not any("2026-12-24" in button["payload"] for button in talk.said[-1].buttons)


def test_later_times_are_shown(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")
    talk.say("80-001")
    first = [button["payload"] for button in talk.said[-1].buttons]

    assert talk.press("option:later") == "utter_ask_visit_time"
    assert talk.said[-1].buttons[0]["payload"] > first[-2]


def test_second_answer_that_is_not_understood_gets_a_person_and_loses_nothing(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")
    talk.say("80-001")

    assert talk.say("hmm no nie wiem") == "utter_wrong_time utter_ask_visit_time"
    assert talk.say("aaa bbb ccc") == "utter_give_up"
    assert talk.press("option:later") == "utter_ask_visit_time"


def test_unknown_town_is_told_and_asked_again(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")

    assert talk.say("Zadupie Dolne") == "utter_place_unknown utter_ask_visit_postal_code"
    assert talk.say("Radom") == "utter_ask_visit_time"


def test_number_that_cannot_be_called_is_refused(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")
    talk.say("80-001")
    talk.press_first()
    talk.say("sam")

    assert talk.say("tel 123") == "utter_wrong_phone utter_ask_visit_phone"


def test_time_that_went_to_somebody_else_is_offered_anew(new_talk: Callable[[], Talk], database: Database) -> None:
    talks = [new_talk() for _ in range(3)]
    for talk in talks:
        assert to_confirmation(talk) == "utter_ask_visit_confirm"

    said = [talk.say("tak", Act.AFFIRM) for talk in talks]

    assert said == ["utter_visit_booked", "utter_visit_booked", "utter_visit_time_taken utter_ask_visit_time"]
    assert talks[2].press_first() == "utter_ask_visit_confirm"
    assert talks[2].say("zgadza się", Act.AFFIRM) == "utter_visit_booked"
    assert len(visits(database)) == 3


def test_button_of_an_earlier_question_changes_nothing(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")
    talk.say("80-001")
    old = talk.said[-1].buttons[0]["payload"]
    talk.press(old)

    assert talk.press(old) == "utter_dialogue_old_button utter_ask_visit_company"


def test_other_dialogue_goes_first_and_the_first_one_comes_back(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")

    assert talk.say("gdzie jest zus w radomiu", Act.FIND_OFFICE) == "utter_office_found utter_ask_visit_postal_code"


def test_booked_visit_is_moved_and_cancelled_in_the_same_talk(talk: Talk, database: Database) -> None:
    to_confirmation(talk)
    talk.say("tak", Act.AFFIRM)

    assert talk.say("kiedy mam wizytę", Act.CHECK_VISIT) == "utter_check_visit_done"
    assert talk.say("przełóż e-wizytę", Act.MOVE_VISIT) == "utter_ask_move_visit_time"
    assert talk.press(talk.said[-1].buttons[2]["payload"]) == "utter_ask_move_visit_confirm"
    assert talk.say("tak", Act.AFFIRM) == "utter_move_visit_done"
    assert talk.say("odwołaj e-wizytę", Act.CANCEL_VISIT) == "utter_ask_cancel_visit_confirm"
    assert talk.say("tak", Act.AFFIRM) == "utter_cancel_visit_done"
    (visit,) = visits(database)
    assert visit.status is VisitStatus.CANCELLED


def test_foreign_visit_is_not_found_without_all_its_data(new_talk: Callable[[], Talk], database: Database) -> None:
    owner, stranger = new_talk(), new_talk()
    to_confirmation(owner)
    owner.say("tak", Act.AFFIRM)
    number = visits(database)[0].number

    stranger.say(f"odwołaj wizytę {number}", Act.CANCEL_VISIT)
    stranger.say("anna@example.com")
    assert stranger.say("602 345 678") == "utter_visit_not_found"
    assert visits(database)[0].status is VisitStatus.BOOKED

    assert stranger.say(f"odwołaj wizytę {number}", Act.CANCEL_VISIT) == "utter_ask_own_visit_email"
    stranger.say("anna@example.com")
    assert stranger.say("501 234 567") == "utter_ask_cancel_visit_confirm"


@pytest.mark.parametrize("word", ["anna@example.com", "501234567"])
def test_memory_and_letters_hold_no_contact_data_in_clear(talk: Talk, database: Database, word: str) -> None:
    to_confirmation(talk)

    assert word not in str(talk.memory.as_json())
    with database.reading() as session:
        assert not any(word in mail.body for mail in session.scalars(select(OutboxMail)))


@pytest.mark.parametrize("said", ["80-001", "jutro rano", "501 234 567"])
def test_matter_must_say_what_it_is_about(said: str, talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)

    assert "utter_ask_visit_matter" in talk.say(said)
    assert "utter_ask_visit_matter" not in talk.say("emerytura")


def test_hour_without_a_day_is_that_of_the_first_day_on_which_it_is_offered(talk: Talk) -> None:
    talk.say("zadzwońcie do mnie", Act.REQUEST_CALLBACK)
    talk.say("emerytura")
    talk.say("501 234 567")
    offered = [button["payload"] for button in talk.said[-1].buttons]

    confirming = talk.say(f"o {int(offered[1][-5:-3])}")

    assert confirming == "utter_ask_callback_confirm"
    assert talk.memory.dialogue is not None
    assert f"option:{talk.memory.dialogue.values['time']}" == next(
        one for one in offered if one[-5:] == offered[1][-5:]
    )


def test_figures_that_were_not_asked_for_are_no_question(talk: Talk) -> None:
    talk.say(WISH, Act.BOOK_VISIT)
    talk.say("emerytura")

    assert not talk.say("zasiłek macierzyński", Act.INFORM).startswith("article:")


def test_what_is_only_perhaps_a_yes_joins_nobody(talk: Talk) -> None:
    talk.say("asdf qwer", Act.FALLBACK)
    talk.say("zzz", Act.FALLBACK)
    assert talk.memory.offered == "person"

    assert "utter_joining_person" not in talk.say("zxcv", Act.AFFIRM, confidence=0.4)


def test_feast_is_answered_by_the_calendar_also_where_somebody_is_always_there(talk: Talk) -> None:
    talk.assistant = replace(talk.assistant, hours=AlwaysOpen())

    talk.say("czy 24 grudnia jest otwarte?", Act.ASK_HOURS)

    assert talk.said[-1].values["next"].endswith("7:00")
