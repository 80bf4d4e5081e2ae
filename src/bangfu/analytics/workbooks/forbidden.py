"""What a workbook that is to be filled may not carry: programs, objects, and whatever fetches from elsewhere."""

from __future__ import annotations

import re
import zipfile
from types import MappingProxyType

from bangfu.analytics.workbooks.limits import Limits
from bangfu.analytics.workbooks.package import elements, small_part
from bangfu.analytics.workbooks.refusals import FileRefused

#: Beginnings of part names, in lower case, and the code of the refusal that each is met with.
REFUSED_BEGINNINGS: MappingProxyType[str, str] = MappingProxyType(
    {
        "xl/vbaproject": "carries_macros",
        "xl/macrosheets/": "carries_macros",
        "xl/dialogsheets/": "carries_macros",
        "xl/externallinks/": "carries_links",
        "xl/embeddings/": "carries_objects",
        "xl/activex/": "carries_objects",
        "xl/ctrlprops/": "carries_objects",
        "xl/connections": "carries_queries",
        "xl/querytables/": "carries_queries",
    }
)
#: Formulas that start a program, call one, or fetch from an address.
CALLING = re.compile(
    r"""\|\s*'?[^!|]*!|\b(?:CALL|EXEC|REGISTER(?:\.ID)?|WEBSERVICE|RTD|DDE|DDEAUTO|SQL\.REQUEST)\s*\(""", re.IGNORECASE
)
_TEXTS = re.compile(r'"[^"]*"')


def refusal_of(part: str) -> str:
    """The code of the refusal that a part is met with, empty for a part that may stand."""
    return next((code for start, code in REFUSED_BEGINNINGS.items() if part.lower().startswith(start)), "")


def check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Raise ``FileRefused`` that names the first part which a workbook to fill may not carry."""
    for name in archive.namelist():
        if code := refusal_of(name):
            raise FileRefused(code, part=name)
        if name.endswith(".rels"):
            _check_relations(small_part(archive, name, limits), name)


def _check_relations(data: bytes, part: str) -> None:
    """A link that a person clicks may lead out; a picture, sheet or table that is fetched may not."""
    for element in elements(data, part):
        outside = element.attributes.get("TargetMode") == "External"
        if element.name == "Relationship" and outside and not element.attributes.get("Type", "").endswith("/hyperlink"):
            raise FileRefused("carries_links", part=part)


def is_calling(formula: str) -> bool:
    """Whether a formula would start or fetch something (DDE and its kin)."""
    return CALLING.search(_TEXTS.sub("", formula)) is not None
