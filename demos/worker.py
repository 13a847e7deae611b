"""Runs demos for another program: `python -m demos.worker`, a request a line in, a frame a line out.

The protocol, each line one JSON object:

    in   {"demo": "lora", "knobs": {"rank": 4}}    run it; `"seed": 1` beside them is taken as the knob of that name
         {"prepare": "lora"}                       import it ahead of time; nothing is answered
    out  {"ready": true, "torch": "2.13.0"}        once, when the demo of `--prepare`, or else torch, is imported
         {"step": 0, "total": 150, …}              a frame, as `demos.frame.Frame.as_json` gives it
         {"done": true}                            the run is over, and the next request is taken
         {"error": "…", "kind": "knob"}            the run failed, in words for a person; as after done

One run at a time. A run is stopped by ending the process, which needs no cooperation from the demo and takes
milliseconds; a worker that finished its run is warm and takes the next request. It ends when its input ends, and on
Linux also when its parent is killed, so it never outlives the program that it works for. Interrupts are the parent's
to handle. What a demo prints goes to the error output, never between the frames.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib
import importlib.util
import json
import math
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from demos.catalog import HERE, CatalogError, DemoCard, load
from demos.frame import Demo, KnobError

NICENESS = 10
"""How much the worker gives way to the screen."""

_PR_SET_PDEATHSIG = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Serve requests from standard input until it ends."""
    parser = argparse.ArgumentParser(prog="python -m demos.worker", description="Run demos for another program.")
    parser.add_argument("--folder", type=Path, action="append", default=[], help="a folder with further demos")
    parser.add_argument("--prepare", metavar="NAME", help="the demo to import before saying ready")
    options = parser.parse_args(argv)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    out = _own_output()
    _follow_parent()
    requests: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin, requests), daemon=True).start()
    server = Server(HERE, *options.folder)
    if not (options.prepare and server.prepare(options.prepare)):
        import_torch()  # the demo that was named brings what it needs; without one, torch takes the longest
    _say(out, {"ready": True, "torch": getattr(sys.modules.get("torch"), "__version__", None)})
    if options.prepare and requests.empty():
        server.warm_up(options.prepare)
    for line in iter(requests.get, None):
        for message in server.answer(line):
            _say(out, message)
    return 0


class Server:
    """The demos of some folders, each module imported once."""

    def __init__(self, *folders: Path) -> None:
        self._catalog = load(*folders)
        self._modules: dict[str, Demo] = {}

    def answer(self, line: str) -> Iterator[dict[str, Any]]:
        """Do what one request asks for and yield the answers; whatever goes wrong is an answer too."""
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise TypeError  # noqa: TRY301  # the same answer as for a line that is no JSON
        except (ValueError, TypeError, RecursionError):
            yield {"error": "the request is no JSON object", "kind": "request"}
            return
        if "prepare" in request:
            self.prepare(str(request["prepare"]))
            return
        try:
            yield from self._run(str(request.get("demo", "")), request)
        except (CatalogError, KnobError) as error:
            yield {"error": str(error), "kind": "knob" if isinstance(error, KnobError) else "demo"}
        except MemoryError:
            yield {"error": "the demo ran out of memory; smaller knobs need less", "kind": "memory"}
        except Exception as error:  # noqa: BLE001  # a demo may raise anything, and the next request must be served
            yield describe(error)

    def prepare(self, name: str) -> bool:
        """Import a demo so that its first frame comes sooner; what fails now is told when it is run."""
        with contextlib.suppress(Exception):
            self._module(self._catalog.get(name))
            return True
        return False

    def warm_up(self, name: str) -> None:
        """Work out the first frame of a built-in demo, and forget it.

        What torch does for the first time takes it several times as long as later: a tenth of a second, which whoever
        waits for the first frame of the run would notice.
        """
        with contextlib.suppress(Exception):
            demo = self._catalog.get(name)
            if demo.path.parent == HERE:
                next(iter(self._module(demo).run(demo.settle({}))))

    def _run(self, name: str, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        demo = self._catalog.get(name)
        given = request.get("knobs") or {}
        if not isinstance(given, dict):
            raise KnobError("knobs are given as an object of names and values")
        if "seed" in request:
            given = {**given, "seed": request["seed"]}
        knobs = demo.settle(given)
        for frame in self._module(demo).run(knobs):
            yield _plain(frame.as_json())
        yield {"done": True}

    def _module(self, demo: DemoCard) -> Demo:
        if demo.name not in self._modules:
            self._modules[demo.name] = _import(demo)
        return self._modules[demo.name]


def import_torch() -> None:
    """Import torch, if it is there; one thread is fastest at the toy's size, and leaves the others to the screen."""
    with contextlib.suppress(ImportError):
        importlib.import_module("torch").set_num_threads(1)


def describe(error: Exception) -> dict[str, Any]:
    """Put what a demo raised into one line for a person."""
    if isinstance(error, ImportError) and error.name == "torch":
        return {"error": "the demos need torch, which is not installed", "kind": "torch"}
    text = " ".join(str(error).split())[:400]
    if "out of memory" in text.lower() or "can't allocate memory" in text.lower():
        return {"error": "the demo ran out of memory; smaller knobs need less", "kind": "memory"}
    if type(error).__module__.startswith("demos."):  # an error of ours says all in its message
        return {"error": text, "kind": "crash"}
    return {"error": f"{type(error).__name__}: {text}" if text else type(error).__name__, "kind": "crash"}


def _import(demo: DemoCard) -> Demo:
    if demo.path.parent == HERE:
        return cast("Demo", importlib.import_module(f"demos.{demo.name}"))
    spec = importlib.util.spec_from_file_location(f"_own_demo_{demo.name}", demo.path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{demo.path} is not a module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses in the file look their module up
    spec.loader.exec_module(module)
    return cast("Demo", module)


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
