# SPDX-License-Identifier: Apache-2.0
"""Tests wait for what they can observe, never for an amount of time; this is the one way in which they wait."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def eventually(predicate: Callable[[], T], timeout: float = 30.0, what: str = "", interval: float = 0.05) -> T:
    """Calls `predicate` until its answer is truthy, and returns that answer.

    An AssertionError (a failing kubectl is one) or an OSError (nobody listens) means "not yet"; every other
    exception is passed on at once. The predicate is asked at least once, and once more at the deadline.
    Raises AssertionError after `timeout` seconds, with `what` was awaited and the last answer.
    """
    deadline = time.monotonic() + timeout
    while True:
        last_chance = time.monotonic() >= deadline
        answer, error = _ask(predicate)
        if error is None and answer:
            return answer
        if last_chance:
            raise AssertionError(_complaint(predicate, timeout, what, answer, error)) from error
        time.sleep(interval)


def _ask(predicate: Callable[[], T]) -> tuple[T | None, Exception | None]:
    """One call: an answer, or the exception that means "not yet"."""
    try:
        return predicate(), None
    except (AssertionError, OSError) as error:
        return None, error


def _complaint(predicate: Callable, timeout: float, what: str, answer: Any, error: Exception | None) -> str:
    """The sentence that a reader of a failed run needs."""
    awaited = what or getattr(predicate, "__name__", repr(predicate))
    last = f"last error: {type(error).__name__}: {error}" if error else f"last answer: {answer!r}"
    return f"not within {timeout:g} s: {awaited}; {last}"
