"""Keep signals from interrupting a few writes that belong together."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")
"""The signals with which people and systems end a program; not every system has all of them."""


@contextmanager
def hold_signals() -> Iterator[None]:
    """Hold signals that would end the program, and deliver the first one at the end. Ignored ones stay ignored.

    Only the main thread receives signals, so that others need no protection.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        held.append(number)

    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    handlers = {number: signal.getsignal(number) for number in numbers}
    active = {number: handler for number, handler in handlers.items() if handler not in (None, signal.SIG_IGN)}
    try:
        for number in active:
            signal.signal(number, hold)
        yield
    finally:
        for number, handler in active.items():
            signal.signal(number, handler)
        if held:
            signal.raise_signal(held[0])
