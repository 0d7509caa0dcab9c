# SPDX-License-Identifier: Apache-2.0
"""The one way in which tests wait must itself be trusted: what it returns, what it forgives and what it says."""

import pytest

from support.waiting import eventually


def test_returns_the_first_truthy_answer() -> None:
    answers = iter([None, 0, "", "here"])
    assert eventually(lambda: next(answers), interval=0) == "here"


def test_a_failed_assertion_and_a_refused_connection_mean_not_yet() -> None:
    def answer() -> str:
        error = next(errors, None)
        if error:
            raise error
        return "here"

    errors = iter([AssertionError("no"), ConnectionRefusedError()])
    assert eventually(answer, interval=0) == "here"


def test_another_exception_is_passed_on_at_once() -> None:
    with pytest.raises(ZeroDivisionError):
        eventually(lambda: 1 // 0)


def test_says_what_did_not_come_and_the_last_answer() -> None:
    with pytest.raises(AssertionError, match=r"not within 0 s: three apples; last answer: \[\]"):
        eventually(lambda: [], timeout=0, what="three apples")


def test_says_the_last_error() -> None:
    def answer() -> None:
        raise AssertionError("two apples")

    with pytest.raises(AssertionError, match="answer; last error: AssertionError: two apples"):
        eventually(answer, timeout=0)
