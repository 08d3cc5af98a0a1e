#!/usr/bin/env python3
"""Check an export of a Commonplan public record. Needs Python 3.9 or later and nothing else.

    python verify.py export.jsonl [--root SIZE:HEX ...]

It reads every entry, recomputes its digest, follows the chain and recomputes every published Merkle root
(RFC 6962).  Give with --root a root that you noted down earlier, or that somebody else published: then
entries cut off at the end or rewritten together with all that follow are found as well.
Votes on motions are counted again from the papers or the roll-call that their closings list: for yes and no, with a
majority of parts where one is needed, by consent with the reasons of objections, and among several options.
It shares no code with the application, so that an error in one is found by the other.
"""

import argparse
import json
import sys

from workplaces.record.recount import Broken, canonical, recount, sha256

FIELDS = {"number", "public_id", "at", "kind", "actor", "actor_name", "hat", "subject", "motion", "body"}
CHAINED = FIELDS | {"previous"}


def digest_of(entry):
    if set(entry) != CHAINED | {"digest"}:
        odd = ", ".join(sorted(set(entry) ^ (CHAINED | {"digest"})))
        raise Broken(f"entry {entry.get('number', '?')} lacks a field or has one too many: {odd}")
    return sha256(canonical({name: entry[name] for name in CHAINED})).hex()


def grow(peaks, digest):
    """Add a leaf to the list of (height, hash) of full subtrees, the highest first."""
    height, top = 0, sha256(b"\x00" + bytes.fromhex(digest))
    while peaks and peaks[-1][0] == height:
        height, top = height + 1, sha256(b"\x01" + peaks.pop()[1] + top)
    peaks.append((height, top))


def root_of(peaks):
    top = None
    for _height, peak in reversed(peaks):
        top = peak if top is None else sha256(b"\x01" + peak + top)
    return (sha256(b"") if top is None else top).hex()


def no_floats(text):
    raise Broken(f"a figure is written as the number {text}; the record writes fractions as text")


def once(pairs):
    """Refuse an object that names a key twice: programs differ in which of the two they read."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Broken("an object names a key twice")
    return found


def lines(stream):
    for place, line in enumerate(stream, 1):
        try:
            content = json.loads(
                line, object_pairs_hook=once, parse_float=no_floats, parse_constant=no_floats
            )
        except ValueError as error:
            raise Broken(f"line {place} is not JSON: {error}") from error
        if not isinstance(content, dict) or len(content) != 1 or not {"entry", "root"} & set(content):
            raise Broken(f"line {place} is neither an entry nor a root")
        name, fields = next(iter(content.items()))
        if not isinstance(fields, dict):
            raise Broken(f"line {place} holds no fields")
        yield name, fields


def follow(entry, size, previous):
    """Check that the entry stands at its place; return its digest."""
    number = entry.get("number")
    if number != size + 1:
        raise Broken(f"entry {number} stands where entry {size + 1} belongs")
    if entry.get("previous") != previous:
        raise Broken(f"entry {number} does not follow on the entry before it")
    digest = digest_of(entry)
    if entry["digest"] != digest:
        raise Broken(f"entry {number} was altered: its digest is {digest}, it says {entry['digest']}")
    return digest


def agree(root, peaks, size, whose):
    if root != root_of(peaks):
        raise Broken(f"the root {whose} over the first {size} entries does not agree with them")


def verify(stream, wanted=()):
    """Return (number of entries, number of roots, root over all); raises Broken at the first fault."""
    size, previous, peaks, roots, closed_at, opened, noted = 0, "0" * 64, [], 0, None, {}, {}
    asked = sorted(wanted)
    for name, content in lines(stream):
        if name == "entry":
            previous = follow(content, size, previous)
            recount(content, opened, noted)
            grow(peaks, previous)
            size += 1
            while asked and asked[0][0] == size:
                agree(asked.pop(0)[1], peaks, size, "you gave")
        else:
            if content.get("size") != size:
                raise Broken(f"a root over {content.get('size')} entries stands after entry {size}")
            agree(content.get("root"), peaks, size, "published")
            roots, closed_at = roots + 1, size
    if asked:
        raise Broken(f"the record ends after entry {size}, but there was a root over {asked[-1][0]}")
    if closed_at != size:
        raise Broken(f"the export breaks off after entry {size}: its closing root is missing")
    return size, roots + len(list(wanted)), root_of(peaks)


def size_and_root(text):
    size, _colon, root = text.partition(":")
    if not size.isdigit() or int(size) < 1 or len(root) != 64:
        raise argparse.ArgumentTypeError("write a root as SIZE:HEX, for instance 1200:3f…")
    return int(size), root.lower()


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Check an export of a Commonplan public record.")
    parser.add_argument("export", help="the file export.jsonl, or - for standard input")
    parser.add_argument("--root", action="append", default=[], type=size_and_root, metavar="SIZE:HEX")
    options = parser.parse_args(arguments)
    try:
        with sys.stdin if options.export == "-" else open(options.export, encoding="utf-8") as stream:
            size, roots, root = verify(stream, options.root)
    except (Broken, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"BROKEN: {error}.\n")
        return 1
    sys.stdout.write(f"WHOLE: {size} entries in an unbroken chain, {roots} roots agree.\n")
    sys.stdout.write(f"Root to note down: {size}:{root}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
