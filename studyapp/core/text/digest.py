"""The hash function of the app's own digests, without the library that `hashlib` loads beside it."""

from __future__ import annotations

try:
    from _blake2 import blake2b  # `hashlib` also loads OpenSSL, which takes 3 ms of a start
except ImportError:  # another Python keeps it elsewhere
    from hashlib import blake2b

__all__ = ["blake2b"]
