"""Runs demos for another program: `python -m demos.worker`, a request a line in, a frame a line out.

The protocol, each line one JSON object:

    in   {"demo": "lora", "knobs": {"rank": 4}}    run it
         {"demo": "mine", "source": "…", …}        run a user's own demo from its source; only with `--confined`
         {"walk": "dogs see a cat"}                send a string through what the last run came to
         {"walk": "dogs see a cat", "after": 2}    the same, when two words of the answer are there already
         {"walk": "dogs see a cat", "job": …}      send it through the base model alone
         {"prepare": "lora"}                       import it ahead of time; nothing is answered
    out  {"ready": true}                           once, when what `--prepare` or `--torch` ask for is imported
         {"step": 0, "total": 150, …}              a frame, as `demos.frame.Frame.as_json` gives it
         {"walk": {…}}                             a string's way, as `demos.toy.walker` gives it
         {"done": true}                            the run is over, and the next request is taken
         {"error": "…"}                            the run failed, in plain words; as after done
         {"error": "…", "refused": true}           there is no such demo, knob or value

One run at a time. A run is stopped by ending the process, which needs no cooperation from the demo and takes
milliseconds; a worker that finished its run is warm and takes the next request. It ends when its input ends, and on
Linux also when its parent is killed, so it never outlives the program that it works for. Interrupts are the parent's
to handle. What a demo prints goes to the error output, never between the frames.

A user's own demo comes as the text that the user trusted, and no file is read for it. It runs only in a process
that was started for it and has given up what no demo needs (`demos.confine`).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib
import json
import math
import os
import queue
import signal
import sys
import threading
import traceback
import types
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from demos.catalog import CatalogError, DemoCard, load, read_card
from demos.confine import confine, confine_memory
from demos.frame import Demo, Frame, KnobError, Walkable, WalkError

NICENESS = 10
"""How much the worker gives way to the screen."""

_PR_SET_PDEATHSIG = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Serve requests from standard input until it ends."""
    parser = argparse.ArgumentParser(prog="python -m demos.worker", description="Run demos for another program.")
    parser.add_argument("--confined", action="store_true", help="for a user's own demo: give up what none needs")
    parser.add_argument("--torch", action="store_true", help="import torch before saying ready")
    parser.add_argument("--prepare", metavar="NAME", help="the demo to import before saying ready")
    options = parser.parse_args(argv)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    out = _own_output()
    _follow_parent()
    if options.confined:
        confine()
    requests: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin, requests), daemon=True).start()
    server = Server(confined=options.confined)
    if options.torch or (options.prepare and not server.prepare(options.prepare)):
        import_torch()  # it takes the longest, whatever demo is asked for
    if options.confined:
        confine_memory()
    _say(out, {"ready": True})
    if options.prepare and requests.empty():
        server.warm_up(options.prepare)
    for line in iter(requests.get, None):
        for message in server.answer(line):
            _say(out, message)
    return 0


class Server:
    """The demos that come with the program, each module imported once, or one from its source."""

    def __init__(self, *, confined: bool = False) -> None:
        self._confined = confined
        self._catalog = load()
        self._modules: dict[str, Demo] = {}
        self._trained: Walkable | None = None
        """What the last run came to."""

    def answer(self, line: str) -> Iterator[dict[str, Any]]:
        """Do what one request asks for and yield the answers; whatever goes wrong is an answer too."""
        try:
            request = {**json.loads(line)}
        except (ValueError, TypeError, RecursionError):
            yield {"error": "the request is not a JSON object"}
            return
        if "prepare" in request:
            self.prepare(str(request["prepare"]))
            return
        name = str(request.get("demo", ""))
        own = name if "source" in request else ""
        try:
            yield from self._walk(request) if "walk" in request else self._run(name, request)
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001  # the next request must be served
            refused = {"refused": True} if isinstance(error, CatalogError | KnobError) else {}
            yield {"error": describe(error, own), **refused}

    def prepare(self, name: str) -> bool:
        """Import a demo so that its first frame comes sooner; what fails now is told when it is run."""
        with contextlib.suppress(Exception):
            self._module(self._catalog.get(name))
            return True
        return False

    def warm_up(self, name: str) -> None:
        """Work out a demo's first frame, and forget it.

        What torch does for the first time takes it several times as long as later: a tenth of a second, which would
        show before the run's first frame.
        """
        with contextlib.suppress(Exception):
            demo = self._catalog.get(name)
            next(iter(self._module(demo).run(demo.settle({}))))

    def _run(self, name: str, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        demo, module = self._own(name, request) if "source" in request else self._built_in(name)
        given = request.get("knobs") or {}
        if not isinstance(given, dict):
            raise KnobError("knobs are given as an object of names and values")
        knobs = demo.settle(given)
        self._trained = None
        for frame, message in _with_messages(module().run(knobs)):
            self._trained = frame.trained
            yield message
        yield {"done": True}

    def _walk(self, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Send a string through what the last run came to, or through the base model alone."""
        text, after = str(request["walk"])[:400], int(request.get("after", 0))
        if "job" in request:
            yield {"walk": importlib.import_module("demos.toy.walker").walk_base(str(request["job"]), text, after)}
        elif self._trained is None:
            raise WalkError("nothing was trained yet")
        else:
            yield _plain({"walk": self._trained.walk(text, after)})
        yield {"done": True}

    def _built_in(self, name: str) -> tuple[DemoCard, Callable[[], Demo]]:
        demo = self._catalog.get(name)
        return demo, lambda: self._module(demo)

    def _own(self, name: str, request: Mapping[str, Any]) -> tuple[DemoCard, Callable[[], Demo]]:
        """A user's own demo, from its source; its code runs when the module is asked for."""
        if not self._confined:
            raise CatalogError("a demo of your own runs only in a process that was started for it")
        source = str(request["source"])
        try:
            card = read_card(Path(f"{name}.py"), source.encode())
        except (SyntaxError, ValueError) as error:
            raise CatalogError(f"can't read the demo {name}: {error}") from None
        return card, lambda: _executed(name, source)

    def _module(self, demo: DemoCard) -> Demo:
        if demo.name not in self._modules:
            self._modules[demo.name] = cast("Demo", importlib.import_module(f"demos.{demo.name}"))
        return self._modules[demo.name]


def import_torch() -> None:
    """Import torch, if it is there; one thread is fastest at the toy's size, and leaves the others to the screen."""
    with contextlib.suppress(ImportError):
        importlib.import_module("torch").set_num_threads(1)


def describe(error: BaseException, own: str) -> str:
    """What a demo raised, in a plain line; of a user's own demo, with the line of its file."""
    if isinstance(error, ImportError) and error.name == "torch":
        return "the demos need torch, which is not installed"
    text = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())[:400]
    full = "out of memory" in text.lower() or "can't allocate memory" in text.lower()
    if full or isinstance(error, MemoryError):
        return "the demo ran out of memory; smaller knobs need less"
    if not type(error).__module__.startswith("demos."):  # an error of ours says all in its message
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"{_line_in(error, own)}{text}" if own else text


def _line_in(error: BaseException, own: str) -> str:
    """The last line of an own demo's file that an error went through, or that is not Python."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == f"{own}.py"]
    if isinstance(error, SyntaxError) and error.filename == f"{own}.py":
        lines.append(error.lineno)
    return f"{own}.py, line {lines[-1]}: " if lines else ""


def _executed(name: str, source: str) -> Demo:
    module = types.ModuleType(f"_own_demo_{name}")
    module.__file__ = f"{name}.py"
    sys.modules[module.__name__] = module  # dataclasses in the file look their module up
    exec(compile(source, module.__file__, "exec"), module.__dict__)  # noqa: S102 - trusted, and this process is confined
    return cast("Demo", module)


def _with_messages(frames: Iterator[Frame]) -> Iterator[tuple[Frame, dict[str, Any]]]:
    """Each frame with its message; what is not a frame fails at the line that yielded it."""
    for frame in frames:
        try:
            message = _message(frame)
        except (TypeError, ValueError) as error:
            if isinstance(frames, Generator):
                frames.throw(error)
            raise
        yield frame, message


def _message(frame: object) -> dict[str, Any]:
    """A frame as a message.

    Raises:
        TypeError, ValueError: if it is none, or has something other than numbers where these belong.
    """
    if not isinstance(frame, Frame):
        raise TypeError(f"a run yields frames, not {type(frame).__name__}")
    message: dict[str, Any] = _plain(frame.as_json())
    for name in ("step", "total"):
        if not isinstance(message[name], int | float):
            raise TypeError(f"a frame's {name} is a whole number, not {str(message[name])[:40]!r}")
    for name, value in message["scalars"].items():
        if not isinstance(value, int | float | None):
            raise TypeError(f"{name[:40]!r} of a frame's scalars is not a number")
    return message


def _own_output() -> TextIO:
    """Keep standard output for the protocol, and let what a demo prints go to the error output."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    return out


def _follow_parent() -> None:
    """Give way to the parent, leave interrupts to it, and on Linux end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _listen(lines: TextIO, requests: queue.SimpleQueue[str | None]) -> None:
    """Pass requests on; when the input ends, so does the process, whatever a demo is doing."""
    with contextlib.suppress(OSError, ValueError):
        for line in lines:
            if line.strip():
                requests.put(line)
    os._exit(0)


def _say(out: TextIO, message: Mapping[str, Any]) -> None:
    """Write one message; a reader that is gone ends the process."""
    try:
        out.write(json.dumps(message, allow_nan=False) + "\n")
        out.flush()
    except BrokenPipeError:
        os._exit(0)


def _plain(value: Any) -> Any:
    """Reduce what a demo gives to what JSON can say: tensors of one number to floats, infinite numbers to null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    number = float(value)
    return number if math.isfinite(number) else None


if __name__ == "__main__":
    raise SystemExit(main())
