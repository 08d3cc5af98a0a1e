"""Merkle trees as in RFC 6962 §2.1: roots, inclusion proofs, consistency proofs. Pure; no Django.

``MTH({}) = SHA-256()``, ``MTH({d}) = SHA-256(0x00 ‖ d)``, ``MTH(D[n]) = SHA-256(0x01 ‖ MTH(D[0:k]) ‖
MTH(D[k:n]))`` with ``k`` the largest power of two below ``n``.  Checking follows RFC 9162 §2.1.3–2.1.4.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256().digest()


def leaf(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that grows at the right, in O(log n) memory: only its full subtrees are kept."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[tuple[int, bytes]] = []

    def add(self, data: bytes) -> None:
        """Append a leaf."""
        size, top = 1, leaf(data)
        while self._full and self._full[-1][0] == size:
            top = node(self._full.pop()[1], top)
            size *= 2
        self._full.append((size, top))
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._full:
            return EMPTY
        *rest, (_size, top) = self._full
        for _size, left in reversed(rest):
            top = node(left, top)
        return top


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the Merkle root over ``leaves``."""
    tree = Growing()
    for data in leaves:
        tree.add(data)
    return tree.root()


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the audit path of the leaf at ``index`` (RFC 6962 §2.1.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"There is no leaf {index} among {len(leaves)}.")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*inclusion_proof(index, left), root(right)]
    return [*inclusion_proof(index - split, right), root(left)]


def consistency_proof(size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the tree over the first ``size`` leaves is a prefix (RFC 6962 §2.1.2)."""
    if not 0 < size <= len(leaves):
        raise IndexError(f"A tree of {len(leaves)} leaves has no prefix of {size}.")
    return _subproof(size, leaves, is_whole=True)


def included(index: int, size: int, data: bytes, path: Sequence[bytes], top: bytes) -> bool:
    """Say whether ``path`` proves ``data`` to be leaf ``index`` of ``size`` under the root ``top``."""
    if not 0 <= index < size:
        return False
    first, last, found = index, size - 1, leaf(data)
    for step in path:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = node(step, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = node(found, step)
        first, last = first >> 1, last >> 1
    return last == 0 and found == top


def consistent(old_size: int, new_size: int, old: bytes, new: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether ``proof`` shows that the tree with root ``new`` only adds to the one with root ``old``."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old == new
    steps = [old, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not steps:
        return False
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            was, now = node(step, was), node(step, now)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            now = node(now, step)
        first, last = first >> 1, last >> 1
    return last == 0 and was == old and now == new


def _subproof(size: int, leaves: Sequence[bytes], *, is_whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if is_whole else [root(leaves)]
    split = _split(len(leaves))
    if size <= split:
        return [*_subproof(size, leaves[:split], is_whole=is_whole), root(leaves[split:])]
    return [*_subproof(size - split, leaves[split:], is_whole=False), root(leaves[:split])]


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
