"""Demands on the kind of a checked node."""

from __future__ import annotations

from bangfu.analytics.language import messages
from bangfu.analytics.language.errors import LanguageError, fill
from bangfu.analytics.language.nodes import Node
from bangfu.parameters.schema import Kind

NUMERIC = (Kind.INTEGER, Kind.NUMBER)


def require(node: Node, *kinds: Kind) -> Node:
    """The node, if it is of one of the kinds; the last of them names what was wanted."""
    if node.kind not in kinds:
        sentence = fill(messages.WRONG_KIND, wanted=messages.KINDS[kinds[-1]], found=messages.KINDS[node.kind])
        raise LanguageError(sentence, node.span)
    return node


def require_order(node: Node) -> Node:
    """The node, if its values are smaller or larger than one another: numbers and dates are."""
    if node.kind not in (*NUMERIC, Kind.DATE):
        raise LanguageError(fill(messages.NO_ORDER, kind=messages.KINDS[node.kind]), node.span)
    return node
