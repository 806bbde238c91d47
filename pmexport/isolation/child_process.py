"""A Python interpreter with pipes and a temporary folder of its own, which can be stopped and leaves nothing behind."""

import subprocess
import tempfile
from contextlib import suppress
from shutil import rmtree

from pmexport.isolation.requests import find_interpreter


class ChildProcess:
    """A process that works for this one."""

    def __init__(self, code: str, prefix: str, *, bufsize: int = -1) -> None:
        """Start the process. Raises OSError if that fails, and RenderError without a Python interpreter.

        code: what it runs. prefix: how the name of its folder begins. bufsize: of its pipes, as for `Popen`.
        """
        self.calls = 0
        """How many it got."""
        self._folder = tempfile.mkdtemp(prefix=prefix)
        self._errors = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the process
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own code
                [find_interpreter(), "-I", "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                bufsize=bufsize,
            )
        except BaseException:
            self._errors.close()
            rmtree(self._folder, ignore_errors=True)
            raise

    def stop(self) -> None:
        """Kill the process; whoever waits for it learns that it has ended."""
        self._process.kill()

    def close(self) -> None:
        """End the process, and remove what it left behind."""
        self._process.kill()
        self._process.wait()
        self._close_streams()
        rmtree(self._folder, ignore_errors=True)

    def _close_streams(self) -> None:
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            with suppress(OSError):  # it was written to, and not read any more
                if stream:
                    stream.close()

    def _find_end(self) -> tuple[int, str]:
        """End the process, and return its exit status and what it wrote to standard error."""
        self._process.kill()
        status = self._process.wait()
        with suppress(OSError, ValueError):  # closed by another thread
            self._errors.seek(0)
            return status, self._errors.read().decode("utf-8", "replace")
        return status, ""
