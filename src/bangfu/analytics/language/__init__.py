"""The one language of rules and figures: checked against a table, explained as a tree, run by the engines.

>>> from bangfu.analytics.language import check_text, explain, LanguageError, TypedExpr
"""

from bangfu.analytics.language.check import check_text
from bangfu.analytics.language.errors import LanguageError
from bangfu.analytics.language.explain import Explanation, explain
from bangfu.analytics.language.nodes import TypedExpr, Value
from bangfu.analytics.language.parameters import ParameterType, ParameterValue

__all__ = [
    "Explanation",
    "LanguageError",
    "ParameterType",
    "ParameterValue",
    "TypedExpr",
    "Value",
    "check_text",
    "explain",
]
