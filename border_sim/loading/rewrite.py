"""Figures put into YAML files in place: comments, order and layout of everything else stay."""

from collections.abc import Mapping

from border_sim.loading.yaml_file import Document, refusal
from border_sim.spec.problem import KeyPath

Blocks = Mapping[KeyPath, tuple[str, tuple[str, ...]]]
"""By key path: the key beside it that it follows where it is new, and its lines, not indented, the key first."""


def with_blocks(text: str, document: Document, blocks: Blocks) -> str:
    """The text of a block-style YAML file with some keys and all below them replaced or added.

    `document`: the text, read. Raises `KeyError` if neither the key nor the one that it follows is there, `LoadError`
    if the file has aliases: what is written for one place would hold in another.
    """
    if document.has_aliases:
        raise refusal(document.file, "has aliases, whose figures cannot be replaced in one place alone; write them out")
    lines = text.splitlines()
    edits = []
    for path, (after, block) in blocks.items():
        is_new = not _has(document, path)
        first = document.line((*path[:-1], after) if is_new else path) - 1
        if is_new and not _has(document, (*path[:-1], after)):
            raise KeyError(f"{document.file}: has neither {path[-1]} nor {after}")
        last = first + _length(lines[first:])
        indent = " " * _indent(lines[first])
        edits.append((last if is_new else first, last, [indent + line for line in block]))
    for first, last, block_lines in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        lines[first:last] = block_lines
    return "\n".join(lines) + "\n"


def _has(document: Document, path: KeyPath) -> bool:
    value = document.data
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def _length(lines: list[str]) -> int:
    """Lines of the block that begins with the first: up to the last that belongs to it. Empty lines and remarks that
    are not indented deeper belong to it only if more of it follows.
    """
    depth, length = _indent(lines[0]), 1
    for count, line in enumerate(lines[1:], 2):
        text = line.lstrip()
        if text and (_indent(line) > depth or (_indent(line) == depth and text.startswith("- "))):
            length = count
        elif text and not text.startswith("#"):
            break
    return length


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
