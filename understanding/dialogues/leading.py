"""Leads dialogues: begins them, takes messages, asks on, finishes, and comes back after an interruption."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from understanding.acts import Act
from understanding.answers import MOST_FAILURES, PERSON, give_up
from understanding.decision import Kind
from understanding.dialogues import engine
from understanding.dialogues.catalogue import BY_NAME, begun_by
from understanding.dialogues.model import CONFIRM, Dialogue, Heard, Scene, Stay
from understanding.memory import Memory, OpenDialogue
from understanding.said import Said, bare
from understanding.turn import Answer, Turn

KINDS = {
    "visit": Kind.APPOINTMENT,
    "check_visit": Kind.APPOINTMENT,
    "move_visit": Kind.APPOINTMENT,
    "cancel_visit": Kind.APPOINTMENT,
    "callback": Kind.CALLBACK,
    "feedback": Kind.COMPLAINT,
    "status": Kind.STATUS,
    "office": Kind.ANSWER,
}
ABOUT = {"visit": "e-wizyta-rezerwacja", "office": "wlasciwa-placowka", "feedback": "skarga-wniosek"}
"""The article that tells of what a dialogue does."""


@dataclass(frozen=True)
class Leading:
    """Leads the dialogues of one turn.

    Attributes:
        scene: where they play.
        new_key: makes the key of a dialogue.
    """

    scene: Scene
    new_key: Callable[[], str]

    def begin(self, turn: Turn) -> Answer:
        """Begin the dialogue of an act; one that is under way waits for it."""
        dialogue = begun_by(turn.act)
        if dialogue is None:
            raise ValueError(turn.act)
        open_ = engine.begin(dialogue, self.new_key(), self._heard(turn), turn.act, self.scene)
        return self._go_on(dialogue, turn.memory.begun(open_))

    def take(self, turn: Turn) -> Answer | None:
        """Take a message into the present dialogue; None when it holds nothing for it."""
        memory, open_ = turn.memory, turn.memory.dialogue
        dialogue = BY_NAME.get(open_.name) if open_ else None
        if open_ is None or dialogue is None:
            return None
        move = engine.move(dialogue, open_, self._heard(turn), self.scene)
        memory = memory.going_on(move.dialogue)
        if move.kind is engine.Kind.ELSEWHERE:
            return None
        if move.kind is engine.Kind.CANCELLED:
            return self.resumed(Answer([self._said(dialogue, "utter_dialogue_cancelled")], memory.ended()))
        if move.kind is engine.Kind.CHANGING and move.dialogue.asked is not None:
            return self._asked(dialogue, memory, move.dialogue.asked)
        if move.kind is engine.Kind.REFUSED:
            return self._refused(dialogue, memory, move)
        return self._go_on(dialogue, memory)

    def misread(self, turn: Turn) -> Answer:
        """Return what a message gets that is neither an answer nor anything else; the second one gets a person."""
        memory, open_, dialogue = self._present(turn.memory)
        open_ = replace(open_, failures=open_.failures + 1)
        memory = memory.going_on(open_)
        if open_.failures >= MOST_FAILURES:
            return self._with_person(dialogue, memory)
        wrong = self._said(dialogue, f"utter_wrong_{open_.asked}")
        return self._after([wrong], self._asked(dialogue, memory, open_.asked or ""))

    def _present(self, memory: Memory) -> tuple[Memory, OpenDialogue, Dialogue]:
        open_ = memory.dialogues[-1]
        return memory, open_, BY_NAME[open_.name]

    def _refused(self, dialogue: Dialogue, memory: Memory, move: engine.Move) -> Answer:
        open_ = move.dialogue
        if not move.problem:
            return self._asked(dialogue, memory, open_.asked or "")
        open_ = replace(open_, failures=open_.failures + 1)
        memory = memory.going_on(open_)
        if open_.failures > MOST_FAILURES:
            return self._with_person(dialogue, memory)
        problem = self._said(dialogue, move.problem, dict(move.values))
        return self._after([problem], self._asked(dialogue, memory, open_.asked or ""))

    def _with_person(self, dialogue: Dialogue, memory: Memory) -> Answer:
        """Offer a person; whoever goes on all the same finds the dialogue where it was."""
        open_ = replace(memory.dialogues[-1], failures=0)
        decision = bare(KINDS[dialogue.name], Act.FALLBACK)
        return Answer([give_up(decision)], replace(memory.going_on(open_), offered=PERSON))

    def _go_on(self, dialogue: Dialogue, memory: Memory) -> Answer:
        slot = dialogue.wanted(memory.dialogues[-1], self.scene)
        if slot is not None:
            return self._asked(dialogue, memory, slot)
        try:
            said = dialogue.finish(memory.dialogues[-1], self.scene)
        except Stay as stay:
            open_ = memory.dialogues[-1].without(stay.slot, CONFIRM)
            problem = self._said(dialogue, stay.problem)
            return self._after([problem], self._asked(dialogue, memory.going_on(open_), stay.slot))
        return self.resumed(Answer(said, memory.ended()))

    def _asked(self, dialogue: Dialogue, memory: Memory, slot: str) -> Answer:
        open_ = memory.dialogues[-1]
        question = dialogue.question(slot, open_, self.scene)
        memory = memory.going_on(replace(open_, asked=slot, options=question.options))
        buttons = [{"title": title, "payload": f"option:{value}"} for value, title in question.options]
        decision = bare(KINDS[dialogue.name], Act.INFORM, article=ABOUT.get(dialogue.name))
        return Answer([Said(decision, question.response, question.values, buttons=buttons)], memory)

    def resumed(self, answer: Answer) -> Answer:
        """Return an answer to something else, followed by the question that is still open."""
        if not answer.memory.dialogues or any(one.person or one.urgent or one.end for one in answer.said):
            return answer
        memory, open_, dialogue = self._present(answer.memory)
        return self._after(answer.said, self._asked(dialogue, memory, open_.asked or ""))

    def _after(self, said: Sequence[Said], answer: Answer) -> Answer:
        return replace(answer, said=[*said, *answer.said])

    def _said(self, dialogue: Dialogue, response: str, values: dict[str, str] | None = None) -> Said:
        return Said(bare(KINDS[dialogue.name], Act.INFORM, article=ABOUT.get(dialogue.name)), response, values or {})

    def _heard(self, turn: Turn) -> Heard:
        return Heard(turn.text, turn.act, turn.option, turn.sealed, self.scene.today)
