"""Terms: words that texts share, each a text of its own over one table of the language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bangfu.parameters.indicators import Grain
from bangfu.parameters.reading import Document, Node
from bangfu.parameters.text import Text


@dataclass(frozen=True, slots=True)
class Term:
    """A named text over the rows of ``table``; a text over the same table may name it in place of writing it out."""

    name: str
    table: str
    title: Text
    text: str


#: Terms by table and name.
Terms = Mapping[str, Mapping[str, Term]]


def read_terms(document: Document) -> tuple[Term, ...]:
    """The terms of a file ``terms/<any>.yaml``: ``title:`` and a list ``terms:``."""
    top = document.root.only("title", "terms")
    top.text("title")
    return tuple(_term(node) for node in top.items("terms"))


def _term(node: Node) -> Term:
    node.only("name", "table", "title", "text")
    name = node.string("name")
    if not name.isidentifier():
        raise node.child("name").refuse(
            f"术语的名字只用字母、数字和_，不带空格，却是{name!r}。",
            f"a term's name is one word of letters, digits and _, found {name!r}.",
        )
    table = node.string("table")
    if table not in [*Grain]:
        listed = ", ".join(Grain)
        raise node.child("table").refuse(
            f"术语只能说{listed}，却是{table!r}。", f"a term speaks of {listed}, found {table!r}."
        )
    return Term(name, table, node.text("title"), node.string("text"))


def by_table(terms: Iterable[Term]) -> Terms:
    """Terms by table and name; of several with one name the last counts."""
    found: dict[str, dict[str, Term]] = {}
    for term in terms:
        found.setdefault(term.table, {})[term.name] = term
    return found
