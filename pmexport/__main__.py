"""The program's start, for `pmexport` and `python -m pmexport`: from here on, Ctrl-C shows no traceback."""

import os
import signal
import sys
from types import TracebackType
from typing import NoReturn

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the signal's number, as shells have it."""


def main() -> NoReturn:
    """Run the program and exit, with 130 after Ctrl-C."""
    sys.excepthook = _show_exception
    sys.unraisablehook = _show_unraisable
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # otherwise the caller ignores it, as nohup does
        signal.signal(signal.SIGINT, _interrupt_once)
    from pmexport import cli  # noqa: PLC0415 - takes a while, and Ctrl-C may come meanwhile

    try:
        cli.main()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            os._exit(INTERRUPTED)  # Python may otherwise end itself with the signal, without an exit code
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the outcome is settled


def _interrupt_once(_number: int, _frame: object) -> NoReturn:
    """Interrupt the program. A second Ctrl-C must not interrupt its clean-up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _show_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show an uncaught exception, except an interrupt: it reached the top, so everything is cleaned up."""
    if issubclass(kind, KeyboardInterrupt):
        os._exit(INTERRUPTED)
    sys.__excepthook__(kind, error, trace)


def _show_unraisable(failure: "sys.UnraisableHookArgs") -> None:
    """Show an exception that nothing can catch, except an interrupt: it would be lost, so the program ends here."""
    if isinstance(failure.exc_value, KeyboardInterrupt):
        os._exit(INTERRUPTED)
    sys.__unraisablehook__(failure)


if __name__ == "__main__":
    main()
