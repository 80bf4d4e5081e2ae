"""Every address × role × relation answers what ``expectations.py`` says, and none is without a line there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import bangfu
from bangfu.records.access.middleware import Gate
from bangfu.records.access.models import Role
from bangfu.records.access.permissions import HOLDERS, PROFILES, Permission, admission_of
from tests.access.expectations import PAGES, Page
from tests.access.world import ANONYMOUS, ROLES, World

SOURCE = Path(bangfu.__file__).parent
#: What takes a queryset and bounds it.
GATES = {"scoped", "object_in_scope"}
#: Doors to rows that pass the gate by.
BYPASSES = {"objects", "_default_manager", "_base_manager", "raw", "extra"}


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
    arguments = [] if page.argument is None else [page.argument(world, role, relation)]
    query = "" if page.query_argument is None else page.query_argument(world, role, relation)
    return reverse(name, args=arguments) + page.query + query


def found(name: str, page: Page, world: World) -> dict[tuple[str, str], int]:
    """What the page really answers, cell by cell."""
    browsers = clients(world)
    return {
        (role, relation): _asked(browsers[role], page, address(name, page, world, role, relation))
        for role, relation in page.answers
    }


def _asked(browser: Client, page: Page, url: str) -> int:
    answer: Any = getattr(browser, page.method)(url, dict(page.data or {}))
    return int(answer.status_code)


def expected(page: Page) -> dict[tuple[str, str], int]:
    return {cell: page.ok if answer == 200 else answer for cell, answer in page.answers.items()}


@pytest.mark.db_twice
@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_cell_of_the_grid_holds(name: str, world: World) -> None:
    assert found(name, PAGES[name], world) == expected(PAGES[name])


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


def bypasses(path: Path) -> list[str]:
    """Where a module of views reaches for rows beside the gate; what is handed to the gate does not count."""
    tree = ast.parse(path.read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    handed = {id(inner) for call in calls if _is_gate(call.func) for inner in ast.walk(call)}
    doors = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in BYPASSES)
    return [f"{path.relative_to(SOURCE)}:{door.lineno} .{door.attr}" for door in doors if id(door) not in handed]


def _is_gate(called: ast.expr) -> bool:
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in GATES


def test_views_take_rows_from_the_gate_and_queries_only() -> None:
    modules = [*SOURCE.rglob("views.py"), *SOURCE.rglob("views/*.py"), *(SOURCE / "web" / "pages").rglob("*.py")]
    assert [place for module in modules for place in bypasses(module)] == []


def test_a_view_that_goes_round_the_gate_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.access.test_matrix.SOURCE", tmp_path)
    (tmp_path / "views.py").write_text("a = scoped(Household.objects.all(), scope)\nb = Household.objects.all()\n")
    assert bypasses(tmp_path / "views.py") == ["views.py:2 .objects"]
