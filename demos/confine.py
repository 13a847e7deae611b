"""What a demo may do that did not come with the program: compute and answer, as far as the system sees to it.

The file is its author's code, run as the user who trusted it. Before it is even read, its process gives up what
no demo needs, for good:

    everywhere   more than half an hour of processor time, more than a few gigabytes, writing files
    on Linux     reading anything but Python, its packages and the demos (Landlock); other processes, the network,
                 signals, and changing what a file allows (a system call filter)

What the system does not offer is left out; the app's own limits on time and output hold everywhere.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

SECONDS = 1800
"""Of processor time."""
MEMORY = 3 * 1024**3
"""Bytes of addresses on top of what Python and torch take."""

_HERE = Path(__file__).absolute().parent
_READ = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/proc/self",
         "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system")  # fmt: skip
"""What Python and torch read besides themselves."""

# From linux/landlock.h: what each version of the interface added.
_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_NET, _SCOPES = 3, 3
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446

# From linux/seccomp.h and linux/filter.h.
_LOAD, _IS, _AT_LEAST, _HAS, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _NOT_PERMITTED, _NOT_THERE = 0x7FFF0000, 0x00050001, 0x00050026
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
_CLONE_THREAD, _PDEATHSIG = 0x10000, 1

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CALLS = {
    "x86_64": {
        "clone": 56, "prctl": 157, "prlimit64": 302, "kill": 62, "tgkill": 234,
        "denied": (41, 53, 57, 58, 59, 76, 90, 91, 92, 93, 94, 101, 129, 132, 141, 142, 144, 165, 188, 189, 190, 197,
                   198, 199, 200, 203, 235, 251, 260, 261, 268, 272, 280, 297, 298, 308, 310, 311, 314, 321, 322,
                   323),
    },
    "aarch64": {
        "clone": 220, "prctl": 167, "prlimit64": 261, "kill": 129, "tgkill": 131,
        "denied": (5, 6, 7, 14, 15, 16, 30, 40, 45, 52, 53, 54, 55, 88, 97, 117, 118, 119, 122, 130, 138, 140, 198,
                   199, 221, 240, 241, 268, 270, 271, 274, 280, 281, 282),
    },
}  # fmt: skip
"""Numbers of system calls; denied are sockets, programs, tracing, signals to others, priorities, owners, modes, times
and attributes of files, mounts, and what opens a way around these."""
_DENIED_EVERYWHERE = (424, 425, 434, 438, 440, 442, 452, 463)
"""The same number on each kind of processor: more ways to signal, to trace, to change a file's mode."""
_CLONE3 = 435


def confine() -> None:
    """Give up, for this process and whatever it might start, what no demo needs; before any thread is begun."""
    for name, most in (("RLIMIT_CPU", SECONDS), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0), ("RLIMIT_NOFILE", 256)):
        _limit(name, most)
    # It can write neither the file with which ctypes asks a compiler for a library, nor the folder that torch makes.
    os.environ.update(PATH="", TORCHINDUCTOR_CACHE_DIR=sys.prefix)
    confined = False
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.CDLL(None, use_errno=True)
            library.prctl(38, 1, 0, 0, 0)  # no program gives back what is given up here
            with contextlib.suppress(OSError):
                _read_only(library)
            confined = _filter_calls(library)
    if not confined:
        _limit("RLIMIT_NPROC", 0)


def confine_memory() -> None:
    """Limit the addresses from here on; called when torch has taken its own."""
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _limit("RLIMIT_AS", pages * resource.getpagesize() + MEMORY)


def _limit(name: str, most: int) -> None:
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(getattr(resource, name), (most, most))


def _readable() -> Iterator[str]:
    """Where Python finds modules; in a clone of this program only the demos, for a vault may lie beside them."""
    yield from _READ
    yield str(_HERE)
    for folder in (sys.prefix, sys.base_prefix, *sys.path):
        beside = Path(folder) in _HERE.parents and not folder.endswith("-packages")
        if Path(folder).is_absolute() and not beside:
            yield folder


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def _read_only(library: ctypes.CDLL) -> None:
    version = library.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    files = sum(rights for since, rights in _RIGHTS.items() if since <= version)
    rules = _Ruleset(files, _NET if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = library.syscall(_CREATE_RULESET, ctypes.byref(rules), size, 0)
    if ruleset < 0:
        return
    for place in dict.fromkeys(_readable()):
        with contextlib.suppress(OSError):
            handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
            allowed = _READ_FILE | (_READ_FOLDER if Path(place).is_dir() else 0)
            library.syscall(_ADD_RULE, ruleset, 1, ctypes.byref(_Beneath(allowed, handle)), 0)
            os.close(handle)
    library.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


class _Step(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32)
    ]  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step))]


def _filter_calls(library: ctypes.CDLL) -> bool:
    """Have the kernel refuse some system calls; whether it does."""
    machine = platform.machine()
    if machine not in _CALLS:
        return False
    steps = [*_steps(machine)]
    program = _Program(len(steps), (_Step * len(steps))(*(_Step(*step) for step in steps)))
    return bool(library.prctl(22, 2, ctypes.byref(program), 0, 0) == 0)


def _steps(machine: str) -> Iterator[tuple[int, int, int, int]]:
    """The filter, step by step: what it does, how many steps to pass over if so and if not, a value."""
    calls = _CALLS[machine]
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _IS, 1, 0, _ARCHITECTURES[machine]
    yield _ANSWER, 0, 0, _NOT_PERMITTED
    yield _LOAD, 0, 0, _NUMBER
    yield _AT_LEAST, 0, 1, 0x40000000  # numbers of another calling convention
    yield _ANSWER, 0, 0, _NOT_PERMITTED
    yield _IS, 0, 1, _CLONE3
    yield _ANSWER, 0, 0, _NOT_THERE  # then threads are made with clone, whose flags a filter can see
    denied = calls["denied"]
    assert isinstance(denied, tuple)
    for number in (*denied, *_DENIED_EVERYWHERE):
        yield _IS, 0, 1, number
        yield _ANSWER, 0, 0, _NOT_PERMITTED
    me = os.getpid()
    yield from _if_first(calls["clone"], _HAS, _CLONE_THREAD)
    for name in ("kill", "tgkill"):
        yield from _if_first(calls[name], _IS, me)
    yield from _if_first(calls["prlimit64"], _IS, 0)
    yield from _if_first(calls["prctl"], _IS, _PDEATHSIG, deny=True)
    yield _ANSWER, 0, 0, _ALLOW


def _if_first(number: object, test: int, value: int, *, deny: bool = False) -> Iterator[tuple[int, int, int, int]]:
    """Allow a call only if its first argument passes a test, or only if it does not."""
    assert isinstance(number, int)
    yield _IS, 0, 4, number
    yield _LOAD, 0, 0, _FIRST
    yield (test, 0, 1, value) if deny else (test, 1, 0, value)
    yield _ANSWER, 0, 0, _NOT_PERMITTED
    yield _ANSWER, 0, 0, _ALLOW
