"""A text read into syntax. Nothing is known of tables here; every refusal points into the text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, Tree, UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError
from lark.tree import Meta
from lark.visitors import v_args

from bangfu.analytics.language import messages
from bangfu.analytics.language import syntax as s
from bangfu.analytics.language.errors import LanguageError, Span, fill
from bangfu.parameters.text import Text

LONGEST_TEXT = 8_000
#: Deep enough for an income of forty sources; shallow enough that no reader of the tree runs out of stack.
DEEPEST_TREE = 60

GRAMMAR = Path(__file__).with_name("grammar.lark")

_QUOTES = {"“": "”", "‘": "’", "「": "」", '"': '"', "'": "'", "＂": "＂"}
#: Full-width ASCII and the Chinese punctuation that people type instead; one character for one, so positions stay.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("、"): ord(","), ord("−"): ord("-")}
_COMPARISONS = {
    "≤": "<=", "≥": ">=", "≠": "!=", "等于": "=", "不等于": "!=", "小于": "<", "低于": "<", "大于": ">", "高于": ">",
    "不小于": ">=", "不低于": ">=", "不大于": "<=", "不高于": "<=",
}  # fmt: skip
_REFUSED_COMPARISONS = {"==": messages.DOUBLE_EQUALS, "<>": messages.ANGLE_UNEQUAL}


def parse(text: str) -> s.Syntax:
    """The syntax of a text.

    Errors: ``LanguageError`` with a sentence in both languages and the place in the text.
    """
    try:
        tree = _tree(text)
        _refuse_deep(tree, len(text))
        return _transformed(tree)
    except LanguageError as error:
        raise error.within(text) from None


def _tree(text: str) -> Tree[Token]:
    if not text.strip():
        raise LanguageError(messages.EMPTY, Span(0, len(text)))
    if len(text) > LONGEST_TEXT:
        sentence = fill(messages.TOO_LONG, length=len(text), limit=LONGEST_TEXT)
        raise LanguageError(sentence, Span(LONGEST_TEXT, len(text)))
    try:
        return _parser().parse(normalised(text))
    except UnexpectedInput as error:
        raise _refusal(error, text) from None


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr", propagate_positions=True, maybe_placeholders=False)


def normalised(text: str) -> str:
    """The text with half-width signs and straight quotes, of the same length; quoted text stays as it is."""
    out: list[str] = []
    closing = ""
    for character in text:
        if closing:
            out.append('"' if character == closing else character)
            closing = "" if character == closing else closing
        elif character in _QUOTES:
            out.append('"')
            closing = _QUOTES[character]
        else:
            out.append(character.translate(_HALF_WIDTH))
    return "".join(out)


def _refusal(error: UnexpectedInput, text: str) -> LanguageError:
    """The sentence for what the parser stumbled over."""
    at = error.pos_in_stream or 0
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        return LanguageError(messages.ENDS_EARLY, Span(len(text), len(text)))
    if isinstance(error, UnexpectedToken):
        found = text[at : error.token.end_pos]
        sentence = messages.CHAINED if error.token.type == "COMPARE" else fill(messages.UNEXPECTED, found=found)
        return LanguageError(sentence, Span(at, at + len(found)))
    assert isinstance(error, UnexpectedCharacters)
    return LanguageError(_unreadable(text[at]), Span(at, at + 1))


def _unreadable(found: str) -> Text:
    return messages.UNCLOSED if found in _QUOTES else fill(messages.UNREADABLE, found=found)


def _refuse_deep(tree: Tree[Token], length: int) -> None:
    """Refuse what a recursive reader could not walk; the walk here is a loop for that reason."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in node.children if isinstance(child, Tree)]
    if deepest > DEEPEST_TREE:
        raise LanguageError(fill(messages.TOO_DEEP, depth=deepest, limit=DEEPEST_TREE), Span(0, length))


def _transformed(tree: Tree[Token]) -> s.Syntax:
    try:
        result: s.Syntax = _Builder().transform(tree)
    except VisitError as error:
        raise error.orig_exc from None
    return result


def _span(meta: Meta) -> Span:
    return Span(meta.start_pos, meta.end_pos)


@v_args(meta=True)
class _Builder(Transformer[Token, s.Syntax]):
    """Lark's tree turned into syntax: one method for each name of the grammar."""

    def disjunction(self, meta: Meta, operands: list[s.Syntax]) -> s.Syntax:
        return s.Chain(span=_span(meta), word="or", operands=tuple(operands))

    def conjunction(self, meta: Meta, operands: list[s.Syntax]) -> s.Syntax:
        return s.Chain(span=_span(meta), word="and", operands=tuple(operands))

    def negated(self, meta: Meta, operands: list[s.Syntax]) -> s.Syntax:
        return s.Prefix(span=_span(meta), sign="not", operand=operands[0])

    def compare(self, meta: Meta, parts: list[Any]) -> s.Syntax:
        left, token, right = parts
        if token in _REFUSED_COMPARISONS:
            raise LanguageError(_REFUSED_COMPARISONS[token], Span(token.start_pos, token.end_pos))
        return s.Infix(span=_span(meta), sign=_COMPARISONS.get(token, str(token)), left=left, right=right)

    def between(self, meta: Meta, parts: list[s.Syntax]) -> s.Syntax:
        return s.Within(span=_span(meta), operand=parts[0], low=parts[1], high=parts[2])

    def not_between(self, meta: Meta, parts: list[s.Syntax]) -> s.Syntax:
        return s.Prefix(span=_span(meta), sign="not", operand=self.between(meta, parts))

    def contained(self, meta: Meta, parts: list[s.Syntax]) -> s.Syntax:
        return s.Listed(span=_span(meta), operand=parts[0], items=tuple(parts[1:]))

    def not_contained(self, meta: Meta, parts: list[s.Syntax]) -> s.Syntax:
        return s.Prefix(span=_span(meta), sign="not", operand=self.contained(meta, parts))

    def missing(self, meta: Meta, parts: list[s.Syntax]) -> s.Syntax:
        return s.Presence(span=_span(meta), operand=parts[0], known=False)

    def known(self, meta: Meta, parts: list[s.Syntax]) -> s.Syntax:
        return s.Presence(span=_span(meta), operand=parts[0], known=True)

    def arithmetic(self, meta: Meta, parts: list[Any]) -> s.Syntax:
        left, token, right = parts
        sign = {"×": "*", "÷": "/"}.get(token, str(token))
        return s.Infix(span=_span(meta), sign=sign, left=left, right=right)

    def minus(self, meta: Meta, parts: list[Any]) -> s.Syntax:
        return s.Prefix(span=_span(meta), sign="-", operand=parts[1])

    def number(self, meta: Meta, tokens: list[Token]) -> s.Syntax:
        return s.Quantity(span=_span(meta), value=Decimal(tokens[0]))

    def measured(self, meta: Meta, tokens: list[Token]) -> s.Syntax:
        return s.Quantity(span=_span(meta), value=Decimal(tokens[0]), unit=str(tokens[1]))

    def date(self, meta: Meta, tokens: list[Token]) -> s.Syntax:
        parts = tokens[0].replace("年", "-").replace("月", "-").replace("日", "").split("-")
        try:
            value = date(*map(int, parts))
        except ValueError:
            raise LanguageError(fill(messages.BAD_DATE, found=tokens[0]), _span(meta)) from None
        return s.Constant(span=_span(meta), value=value)

    def string(self, meta: Meta, tokens: list[Token]) -> s.Syntax:
        return s.Constant(span=_span(meta), value=tokens[0][1:-1])

    def boolean(self, meta: Meta, tokens: list[Token]) -> s.Syntax:
        return s.Constant(span=_span(meta), value=tokens[0].lower() in ("true", "是"))

    def name(self, meta: Meta, tokens: list[Token]) -> s.Syntax:
        return s.Name(span=_span(meta), name=str(tokens[0]))

    def call(self, meta: Meta, parts: list[Any]) -> s.Syntax:
        return s.Call(span=_span(meta), name=str(parts[0]), arguments=tuple(parts[1:]))

    def argument(self, meta: Meta, parts: list[s.Syntax]) -> s.Syntax:
        return s.Argument(span=_span(meta), value=parts[0], where=parts[1] if len(parts) > 1 else None)
