"""Every address × role × relation answers what ``expectations.py`` says, and no answer carries what lies outside."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import bangfu
from bangfu.records.access.middleware import Gate
from bangfu.records.access.models import Role
from bangfu.records.access.permissions import HOLDERS, PROFILES, Permission, admission_of
from tests.access.expectations import PAGES, Page
from tests.access.marks import HEAD, INITIALS, MEMBER, PINYIN, household_no, households_seen, phone, unseen
from tests.access.world import ANONYMOUS, HOUSEHOLDS, ROLES, World

SOURCE = Path(bangfu.__file__).parent
#: What takes a queryset and bounds it.
GATES = {"scoped", "object_in_scope"}
#: Doors to rows that pass the gate by.
BYPASSES = {"objects", "_default_manager", "_base_manager", "raw", "extra"}
#: What opens everything; not even the gate may be handed it by a view.
KEYS = {"SYSTEM_SCOPE", "EVERYTHING"}
#: What is asked of a related manager; a dict has some of these too.
QUERYING = {
    *("all", "filter", "exclude", "get", "first", "last", "count", "exists", "order_by", "values", "values_list"),
    *("aggregate", "annotate", "in_bulk", "select_related", "prefetch_related", "iterator", "update", "delete"),
}
#: Values whose dicts bear the name of a related manager: the parameters, and a household's register as it stood.
VALUES = {"current", "register"}

Cell = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back: the status, and everything that a reader of it could find, headers included."""

    status: int
    text: str


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """Every URL pattern below a resolver."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def all_patterns() -> list[URLPattern]:
    return list(patterns(get_resolver()))


def clients(world: World) -> dict[str, Client]:
    """A signed-in browser for each role, and one for nobody."""
    browsers = {role: Client(raise_request_exception=True) for role in ROLES}
    for role, browser in browsers.items():
        if role != ANONYMOUS:
            browser.force_login(world.person(role))
    return browsers


def address(name: str, page: Page, world: World, role: str, relation: str) -> str:
    arguments = [] if page.argument is None else [page.argument(world, role, relation), *page.further]
    query = "" if page.query_argument is None else page.query_argument(world, role, relation)
    return reverse(name, args=arguments) + page.query + query


def ask(browser: Client, method: str, url: str, data: Mapping[str, Any] | None = None) -> Answer:
    """The answer. The address, which the asker knew, is left out: links of language and sign-in lead back to it."""
    answer: Any = getattr(browser, method)(url, dict(data or {}))
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = f"{answer.headers}\n{_readable(body)}".replace(url, "").replace(quote(url, safe=""), "")
    return Answer(int(answer.status_code), text)


def answers(name: str, world: World) -> dict[Cell, Answer]:
    """What the page really answers, cell by cell; asked once for all tests of the module."""
    kept: dict[str, dict[Cell, Answer]] = world.more.setdefault("answers", {})
    if name not in kept:
        kept[name] = _asked(name, world)
    return kept[name]


def _asked(name: str, world: World) -> dict[Cell, Answer]:
    page, browsers = PAGES[name], clients(world)
    return {
        (role, relation): ask(browsers[role], page.method, address(name, page, world, role, relation), page.data)
        for role, relation in page.answers
    }


def expected(page: Page) -> dict[Cell, int]:
    return {cell: page.ok if answer == 200 else answer for cell, answer in page.answers.items()}


def leaks(world: World, role: str, text: str, *, revealed: bool = False) -> list[str]:
    """The marks in a text that the role may not see."""
    return sorted(mark for mark in unseen(world, role, revealed=revealed) if mark in text)


def leaking(name: str, answered: Mapping[Cell, Answer], world: World) -> dict[Cell, list[str]]:
    """The cells of a page that carry what lies outside, with what they carry; a refusal (403) names both places."""
    revealed = name == "household_reveal"
    said = {cell: answer.text for cell, answer in answered.items() if answer.status != 403}
    found = {cell: leaks(world, cell[0], text, revealed=revealed) for cell, text in said.items()}
    return {cell: marks for cell, marks in found.items() if marks}


# Both promises of one page together, since asking it as every role is what takes the time.
@pytest.mark.database_once
@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_cell_of_the_grid_holds_and_carries_nothing_from_outside(name: str, marked: World) -> None:
    answered = answers(name, marked)
    assert {cell: answer.status for cell, answer in answered.items()} == expected(PAGES[name])
    assert leaking(name, answered, marked) == {}


# --- What is asked for in words --------------------------------------------------------------------------------------

#: Words that begin every marked name, so that an answer without bounds would hold all of them; and a place's name.
WORDS = (HEAD, MEMBER, PINYIN, INITIALS, "533", "52", "云")
LISTED = ("53", "5334", "533422", "533422101", "533422101201", "520103")


def asked_in_words(world: World, role: str) -> str:
    """All that a role gets from search by word, from the area switcher and from lists, in one text."""
    browser = clients(world)[role]
    found = [ask(browser, "get", reverse(page), {"q": word}) for page in ("search", "places") for word in WORDS]
    lists = [reverse("households", args=[code]) for code in LISTED]
    found += [ask(browser, "get", page, {"q": word, "t": 2014}) for page in lists for word in (HEAD, PINYIN)]
    return "\n".join(answer.text for answer in found if answer.status == 200)


def asked_by_number(world: World, role: str) -> str:
    """All that a role gets from search by each household's number and phone."""
    browser = clients(world)[role]
    typed = [number for n in range(len(HOUSEHOLDS)) for number in (household_no(n), phone(n))]
    found = (browser.post(reverse("search"), {"q": number}, follow=True) for number in typed)
    return "\n".join(answer.content.decode() for answer in found)


def heads_in(world: World, text: str) -> set[str]:
    """The households whose head's name stands in a text."""
    return {name for name, marks in world.more["marks"].items() if marks.named[0] in text}


@pytest.mark.db_twice
@pytest.mark.parametrize("role", ROLES)
def test_no_word_finds_what_lies_outside(role: str, marked: World) -> None:
    assert leaks(marked, role, asked_in_words(marked, role)) == []


@pytest.mark.db_twice
@pytest.mark.parametrize("role", ROLES)
def test_no_number_finds_what_lies_outside(role: str, marked: World) -> None:
    assert leaks(marked, role, asked_by_number(marked, role)) == []


@pytest.mark.parametrize("role", [Role.TEAM_MEMBER, Role.HELPER, Role.COUNTY_OFFICER])
def test_a_number_finds_the_households_inside(role: str, marked: World) -> None:
    assert heads_in(marked, asked_by_number(marked, role)) == households_seen(role)


@pytest.mark.parametrize("role", [Role.TEAM_MEMBER, Role.HELPER, Role.COUNTY_OFFICER])
def test_a_word_finds_the_households_inside(role: str, marked: World) -> None:
    assert heads_in(marked, asked_in_words(marked, role)) == households_seen(role)


def test_a_mark_in_an_answer_is_found(marked: World) -> None:
    elsewhere, own = (marked.more["marks"][name] for name in ("elsewhere", "own"))
    text = " ".join((*elsewhere.open, *own.every))
    assert leaks(marked, Role.COUNTY_OFFICER, text) == sorted((*elsewhere.open, *own.sealed))
    assert set(own.named) <= set(leaks(marked, Role.ANALYST, text))


# --- Nothing is forgotten --------------------------------------------------------------------------------------------


def test_every_address_has_its_line() -> None:
    names = [pattern.name or f"(without a name: {pattern.pattern})" for pattern in all_patterns()]
    assert sorted(set(names) - set(PAGES)) == [], "add the new addresses to tests/access/expectations.py"


def test_no_line_is_left_over() -> None:
    assert sorted(set(PAGES) - {pattern.name for pattern in all_patterns()}) == []


def test_no_name_is_used_twice() -> None:
    names = [pattern.name for pattern in all_patterns()]
    assert len(names) == len(set(names))


def test_every_view_declares_whom_it_admits() -> None:
    open_doors = [str(pattern.pattern) for pattern in all_patterns() if admission_of(pattern.callback) is None]
    assert open_doors == []


def test_a_view_that_declares_nothing_is_refused(rf: RequestFactory) -> None:
    def forgotten(request: Any) -> None:
        """No declaration."""

    gate = Gate(lambda request: pytest.fail("the view was reached"))
    with pytest.raises(ImproperlyConfigured, match="does not declare whom it admits"):
        gate.process_view(rf.get("/"), forgotten, (), {})


def test_every_role_has_a_profile_and_every_permission_its_holders() -> None:
    assert (set(PROFILES), set(HOLDERS)) == (set(Role), set(Permission))


# --- No view goes round the gate -------------------------------------------------------------------------------------


def related_names() -> set[str]:
    """The names by which a row reaches the rows that point to it (``place.codes``, ``household.persons``)."""
    models = [model for model in apps.get_models() if model.__module__.startswith("bangfu.")]
    relations = [relation for model in models for relation in model._meta.related_objects]
    return {str(relation.get_accessor_name()) for relation in relations} - {"None"}


def bypasses(path: Path) -> list[str]:
    """Where a module of views reaches for rows beside the gate; what is handed to the gate does not count."""
    tree = ast.parse(path.read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    handed = {id(inner) for call in calls if _is_gate(call.func) for inner in ast.walk(call)}
    nodes = [node for node in ast.walk(tree) if id(node) not in handed]
    doors = [(node.lineno, f".{node.attr}") for node in _attributes(nodes) if node.attr in BYPASSES]
    found = [*doors, *_related(_attributes(nodes)), *(key for node in ast.walk(tree) for key in _keys(node))]
    return [f"{path.relative_to(SOURCE)}:{line} {name}" for line, name in sorted(found)]


def _is_gate(called: ast.expr) -> bool:
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in GATES


def _attributes(nodes: list[ast.AST]) -> list[ast.Attribute]:
    return [node for node in nodes if isinstance(node, ast.Attribute)]


def _keys(node: ast.AST) -> Iterator[tuple[int, str]]:
    """A name that opens everything, as attribute, plain name or import."""
    if isinstance(node, ast.Attribute) and node.attr in KEYS:
        yield node.lineno, f".{node.attr}"
    if isinstance(node, ast.Name) and node.id in KEYS:
        yield node.lineno, node.id
    if isinstance(node, ast.ImportFrom):
        yield from ((node.lineno, f"import {name.name}") for name in node.names if name.name in KEYS)


def _related(attributes: list[ast.Attribute]) -> Iterator[tuple[int, str]]:
    """A related manager that is asked for rows, and any ``…_set``."""
    names = related_names()
    asked = [node.value for node in attributes if node.attr in QUERYING and isinstance(node.value, ast.Attribute)]
    yield from ((node.lineno, f".{node.attr}") for node in attributes if node.attr.endswith("_set"))
    yield from ((node.lineno, f".{node.attr}") for node in asked if node.attr in names and not _of_a_value(node))


def _of_a_value(node: ast.AST) -> bool:
    """``current().codes``, ``view.register.years``: a dict that bears a related manager's name."""
    owner = node.value if isinstance(node, ast.Attribute) else node
    owner = owner.func if isinstance(owner, ast.Call) else owner
    return (owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")) in VALUES


def drawn_around(path: Path) -> list[str]:
    """Where a template asks a related manager for rows."""
    names = "|".join(sorted(related_names()))
    asked = re.compile(rf"\.(?:{names})\.(?:{'|'.join(sorted(QUERYING))})\b|\.\w+_set\b")
    return [f"{path.relative_to(SOURCE)} {found.group()}" for found in asked.finditer(path.read_text())]


def test_views_take_rows_from_the_gate_and_queries_only() -> None:
    modules = [*SOURCE.rglob("views.py"), *SOURCE.rglob("views/*.py"), *(SOURCE / "web" / "pages").rglob("*.py")]
    assert [place for module in modules for place in bypasses(module)] == []


def test_templates_take_rows_from_their_view_only() -> None:
    assert [place for template in SOURCE.rglob("*.html") for place in drawn_around(template)] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("b = Household.objects.all()", [".objects"]),
        ("b = scoped(Household.objects.all(), scope)", []),
        ("b = queries.figures(snapshot, SYSTEM_SCOPE)", ["SYSTEM_SCOPE"]),
        ("b = scoped(rows, gate.SYSTEM_SCOPE)", [".SYSTEM_SCOPE"]),
        ("from bangfu.records.access.gate import SYSTEM_SCOPE", ["import SYSTEM_SCOPE"]),
        ("b = household.persons.filter(relation='01')", [".persons"]),
        ("b = scoped(household.persons.all(), scope)", []),
        ("b = place.household_set", [".household_set"]),
        ("b = snapshot.figures.count()", [".figures"]),
        ("b = current().codes.values()", []),
        ("b = view.register.years.get(2015)", []),
        ("b = place.codes.values()", [".codes"]),
    ],
)
def test_a_view_that_goes_round_the_gate_is_found(
    line: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.access.test_matrix.SOURCE", tmp_path)
    (tmp_path / "views.py").write_text(f"{line}\n")
    assert bypasses(tmp_path / "views.py") == [f"views.py:1 {name}" for name in found]


def test_a_template_that_goes_round_the_gate_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.access.test_matrix.SOURCE", tmp_path)
    (tmp_path / "page.html").write_text("{% for person in household.persons.all %}{{ person.name }}{% endfor %}")
    assert drawn_around(tmp_path / "page.html") == ["page.html .persons.all"]


def _readable(body: bytes) -> str:
    """The text of an answer; of a workbook, the text of all its parts."""
    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())
