"""The program's start, for `pmexport` and `python -m pmexport`: from here on, Ctrl-C shows no traceback."""

from __future__ import annotations

import os
import sys

from pmexport._version import __version__

TYPE_CHECKING = False  # type checkers know it by its name
if TYPE_CHECKING:
    from types import TracebackType
    from typing import NoReturn

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the signal's number, as shells have it."""


def main() -> NoReturn:
    """Run the program and exit, with 130 after Ctrl-C."""
    if sys.argv[1:] in (["--version"], ["-V"]) and _print_version():
        sys.exit(0)
    sys.excepthook = _show_exception
    sys.unraisablehook = _show_unraisable
    import signal  # noqa: PLC0415 - takes longer than to print the version

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # otherwise the caller ignores it, as nohup does
        signal.signal(signal.SIGINT, _interrupt_once)
    from pmexport import cli  # noqa: PLC0415 - takes a while, and Ctrl-C may come meanwhile
    from pmexport.collector import collect_rarely  # noqa: PLC0415

    collect_rarely()

    try:
        cli.main()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            os._exit(INTERRUPTED)  # Python may otherwise end itself with the signal, without an exit code
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the outcome is settled


def _print_version() -> bool:
    """Print the version at once, and return whether that worked; the command line explains what is wrong."""
    try:
        print(f"pmexport, version {__version__}", flush=True)  # noqa: T201
    except (OSError, ValueError):
        return False
    return sys.stdout is not None


def _interrupt_once(_number: int, _frame: object) -> NoReturn:
    """Interrupt the program. A second Ctrl-C must not interrupt its clean-up."""
    import signal  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _show_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show an uncaught exception, except an interrupt: it reached the top, so everything is cleaned up."""
    if issubclass(kind, KeyboardInterrupt):
        os._exit(INTERRUPTED)
    sys.__excepthook__(kind, error, trace)


def _show_unraisable(failure: sys.UnraisableHookArgs) -> None:
    """Show an exception that nothing can catch, except an interrupt: it would be lost, so the program ends here."""
    if isinstance(failure.exc_value, KeyboardInterrupt):
        os._exit(INTERRUPTED)
    sys.__unraisablehook__(failure)


if __name__ == "__main__":
    main()
