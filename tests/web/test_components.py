"""The component page holds every component, in both languages, within the budgets and the policy."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from bangfu.web import context, errors, navigation
from bangfu.web.context import InstanceFacts
from bangfu.web.showcase import views
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, State, Verdict, ordered_verdicts

WEB = Path(views.__file__).resolve().parents[1]
STATIC = WEB / "static" / "bangfu"


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "instance_facts", lambda: InstanceFacts("迪庆州平台", "Diqing", synthetic=True))


def request_to(path: str, **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.user = SimpleNamespace(is_authenticated=True, display_name="He", language="")  # type: ignore[assignment]
    return request


def page(language: str) -> str:
    with translation.override(language):
        return views.components(request_to("/components/?t=2015")).content.decode()


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    patch = pytest.MonkeyPatch()
    patch.setattr(context, "instance_facts", lambda: InstanceFacts("迪庆州平台", "Diqing", synthetic=True))
    drawn = {language: page(language) for language in ("zh-hans", "en")}
    patch.undo()
    return drawn


@pytest.mark.parametrize(("language", "tag"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_a_page_names_its_language(pages: dict[str, str], language: str, tag: str) -> None:
    assert f'<html lang="{tag}">' in pages[language]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_has_no_inline_style_script_or_handler(pages: dict[str, str], language: str) -> None:
    assert not re.search(r'\sstyle="|<style|<script(?![^>]*src=)|\son\w+="|hx-on', pages[language])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_has_one_main_heading(pages: dict[str, str], language: str) -> None:
    assert pages[language].count("<h1") == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_id_stands_twice(pages: dict[str, str], language: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', pages[language])
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_is_within_its_budget(pages: dict[str, str], language: str) -> None:
    assert len(gzip.compress(pages[language].encode())) <= 30_000


def test_an_english_page_has_no_han_outside_the_language_link(pages: dict[str, str]) -> None:
    text = re.sub(r'value="[^"]*"', "", pages["en"].replace("中文", ""))
    assert re.findall("[\u4e00-\u9fff]+", text) == []


def test_a_chinese_page_has_no_half_width_marks_between_han(pages: dict[str, str]) -> None:
    assert re.findall("[\u4e00-\u9fff][,:;?!()][\u4e00-\u9fff]", pages["zh-hans"]) == []


def test_a_synthetic_instance_says_so(pages: dict[str, str]) -> None:
    assert "合成数据：页面上的人和户都是虚构的" in pages["zh-hans"]


def test_the_language_link_keeps_the_address(pages: dict[str, str]) -> None:
    assert '<a class="button" href="/components/?t=2015&amp;lang=en" lang="en" hreflang="en">EN</a>' in pages["zh-hans"]


def test_a_faulty_form_names_its_faults_at_the_top_with_links(pages: dict[str, str]) -> None:
    assert '<a href="#id_phone">电话：现有7位，电话号码应为11位。</a>' in pages["zh-hans"]


def test_a_faulty_field_points_to_its_help_and_error(pages: dict[str, str]) -> None:
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in pages["zh-hans"]


def test_what_was_typed_is_kept_even_if_it_is_no_number(pages: dict[str, str]) -> None:
    assert 'value="三千二"' in pages["zh-hans"]


def test_a_page_with_faults_says_so_in_its_title(pages: dict[str, str]) -> None:
    assert "<title>错误： 组件 · 迪庆州平台</title>" in pages["zh-hans"]


def test_a_failed_criterion_stands_first_and_a_reached_one_last() -> None:
    mixed = tuple(Verdict(state, "", state.value, "") for state in (State.REACHED, State.UNKNOWN, State.FAILED))
    assert [verdict.state for verdict in ordered_verdicts(mixed)] == [State.FAILED, State.UNKNOWN, State.REACHED]


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="has 0 cells for 1 columns"):
        DrillTable("", "", (DrillColumn("户"),), (DrillRow("羊拉乡", ()),))


def test_a_long_bar_stays_in_its_cell() -> None:
    assert DrillCell(bar=1.7).bar_percent == "100.0%"


def test_the_bar_shows_only_addresses_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "address", lambda name: "/imports/" if name == "imports" else "")
    assert [item.key for item in navigation.items(None, {})] == ["data"]


def test_the_bar_leaves_out_what_the_role_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "address", lambda name: f"/{name}/")
    assert [item.key for item in navigation.items({"area", "inbox"}, {"inbox": 12})] == ["inbox", "area"]


def test_another_area_is_answered_by_name(chinese: None) -> None:
    error = PermissionDenied()
    error.own_place, error.page_place = "燕门乡", "云岭乡"  # type: ignore[attr-defined]
    answer = errors.permission_denied(request_to("/p/533422/"), error)
    assert (answer.status_code, "您的区域是燕门乡，这一页属于云岭乡。" in answer.content.decode()) == (403, True)


def test_a_fragment_that_fails_is_answered_with_a_fragment(chinese: None) -> None:
    answer = errors.not_found(request_to("/h/x/", **{"hx-request": "true"}), Exception())
    assert "<html" not in answer.content.decode()


def test_an_unknown_address_is_a_whole_page(chinese: None) -> None:
    answer = errors.not_found(request_to("/h/x/"), Exception())
    assert (answer.status_code, "<h1>这个网址没有页面，或者您不能看。</h1>" in answer.content.decode()) == (404, True)


def test_an_expired_form_says_what_to_do(chinese: None) -> None:
    assert "没有存上：这张表过期了。" in errors.csrf_failure(request_to("/")).content.decode()


def test_a_server_error_has_a_code_for_the_administrator(chinese: None) -> None:
    assert re.search(r"编号 <code>[0-9A-F]{4}</code>", errors.server_error(request_to("/")).content.decode())


def test_a_slot_keeps_its_place_and_works_without_a_script(chinese: None) -> None:
    html = render_to_string("components/slot.html", {"href": "/x/", "what": "地图", "size": "map"})
    assert ('class="slot map" hx-get="/x/"' in html, '<noscript><a href="/x/">地图</a></noscript>' in html) == (
        True,
        True,
    )


def reached(template: str, found: set[str]) -> set[str]:
    """The templates that a template is made of, itself left out."""
    source = (WEB / "templates" / template).read_text()
    for name in set(re.findall(r'{% (?:include|extends) "([^"]+)"', source)) - found:
        found |= {name}
        found |= reached(name, found)
    return found


def test_every_component_is_shown_on_the_page() -> None:
    shown = reached("web/components.html", set())
    assert (
        sorted(
            path.name
            for path in (WEB / "templates/components").glob("*.html")
            if f"components/{path.name}" not in shown
        )
        == []
    )


def test_every_component_is_named_with_what_it_takes(pages: dict[str, str]) -> None:
    names = [path.name.removesuffix(".html") for path in (WEB / "templates/components").glob("*.html")]
    assert [name for name in names if f"<code>{name}</code>" not in pages["en"]] == []
