"""What differs between two texts of an article, as a reviewer reads it."""

from knowledge.differences import Change, differences, word_pieces
from knowledge.released import released

OWN = released()["renta-wdowia"].text


def test_same_texts_differ_in_nothing_however_they_are_wrapped() -> None:
    assert differences(OWN, OWN.replace("title: ", "title:   ")) == ()


def test_changed_word_is_shown_within_its_line() -> None:
    (one,) = differences(OWN, OWN.replace("title: Renta wdowia", "title: Renta rodzinna"))

    assert one.field == "title"
    changed = [(piece.change, piece.text) for piece in one.lines[0] if piece.change is not Change.SAME]
    assert changed == [(Change.REMOVED, "wdowia"), (Change.ADDED, "rodzinna")]


def test_added_question_stands_alone() -> None:
    (one,) = differences(OWN, OWN.replace("questions:\n", "questions:\n- zupełnie nowe pytanie\n"))

    assert (one.field, [[piece.text for piece in line] for line in one.lines]) == (
        "questions",
        [["zupełnie nowe pytanie"]],
    )


def test_withdrawal_removes_every_field() -> None:
    found = differences(OWN, None)

    assert {"title", "summary", "body"} <= {one.field for one in found}
    assert {piece.change for one in found for line in one.lines for piece in line} == {Change.REMOVED}


def test_text_that_cannot_be_read_is_compared_line_by_line() -> None:
    (one,) = differences("bez nagłówka\ndruga", "bez nagłówka\ntrzecia")

    assert one.field == "text"


def test_pieces_put_together_give_both_lines_again() -> None:
    before, after = "Zasiłek wynosi 80% (od 2024 r.).", "Zasiłek wynosi 70%, od 2026 r."

    pieces = word_pieces(before, after)

    assert "".join(one.text for one in pieces if one.change is not Change.ADDED) == before
    assert "".join(one.text for one in pieces if one.change is not Change.REMOVED) == after
