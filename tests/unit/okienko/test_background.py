"""The loop of the work behind the desk."""

import threading

from okienko.background import Step, do, keep_doing


def test_a_step_that_fails_says_so() -> None:
    assert do(Step("whole", 1.0, lambda: None))
    assert not do(Step("broken", 1.0, lambda: 1 / 0))


def test_a_step_that_fails_is_tried_again_and_the_others_go_on() -> None:
    stop, begun = threading.Event(), list[str]()

    def fail() -> None:
        begun.append("broken")
        raise RuntimeError

    both = threading.Event()

    def work() -> None:
        begun.append("whole")
        if begun.count("broken") >= 3 and begun.count("whole") >= 3:
            both.set()
            stop.set()

    keep_doing([Step("broken", 0.001, fail), Step("whole", 0.001, work)], stop)

    assert both.is_set()


def test_a_step_that_takes_long_holds_up_no_other() -> None:
    stop, other_done = threading.Event(), threading.Event()

    keep_doing(
        [Step("long", 1.0, lambda: other_done.wait(60) and stop.set()), Step("short", 1.0, other_done.set)], stop
    )

    assert other_done.is_set()
