# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML that stands for more values than anybody writes: a few lines of nested aliases could stand for billions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

MOST_REPEATED = 200_000
"""How many values aliases may repeat in one file or text."""


class TooLargeError(Exception):
    """A text has too many values. The message is the end of a sentence that begins with what has them."""


def check_aliases(root: yaml.Node | None) -> None:
    """Check that aliases do not repeat too many values.

    :raises TooLargeError: if they do
    """
    sizes: dict[int, int] = {}
    if root is not None and _size(root, sizes) - len(sizes) > MOST_REPEATED:
        raise TooLargeError(f"has aliases that repeat more than {MOST_REPEATED} values")


def _size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """The number of values in a node. A node that aliases refer to counts each time.

    :param sizes: the size of each node that is known, by the identity of the node
    """
    known = sizes.get(id(node))
    if known is not None:
        return known
    # A node in itself is counted as empty here, and then found by the depth of the nesting.
    sizes[id(node)] = 0
    parts: Iterable[yaml.Node] = ()
    if isinstance(node, yaml.MappingNode):
        parts = (part for pair in node.value for part in pair)
    elif isinstance(node, yaml.SequenceNode):
        parts = node.value
    size = 1 + sum(_size(part, sizes) for part in parts)
    sizes[id(node)] = size
    return size


def load(text: str, loader: Any = yaml.SafeLoader) -> Any:
    """The value of a text in YAML.

    :raises yaml.YAMLError: if it is not YAML
    :raises TooLargeError: if aliases repeat too many values, or it is nested too deeply
    """
    try:
        check_aliases(yaml.compose(text, Loader=loader))
        return yaml.load(text, Loader=loader)
    except RecursionError:
        raise TooLargeError("is nested too deeply") from None
