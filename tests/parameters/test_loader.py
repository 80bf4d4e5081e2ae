"""Parameter files are read strictly, and their content has one hash."""

from datetime import date
from pathlib import Path

import pytest
from django.apps import apps

from bangfu.parameters.loader import OverlayItem, load_folder, load_package
from bangfu.parameters.reading import ParameterError, read_document
from bangfu.parameters.schema import Kind
from bangfu.records.fields import described

SEX = """title: {zh: 性别, en: Sex}
source: a standard
numbering: own
entries:
  - {code: "1", zh: 男, en: Male}
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_every_file_of_the_package_reads() -> None:
    load_package().check()


def test_every_code_list_that_a_model_names_exists() -> None:
    columns = [column for model in apps.get_models() for _, column in described(model) if column.kind is Kind.CODE]
    assert {column.codes for column in columns} == set(load_package().codes)


def test_every_code_list_that_a_form_names_exists() -> None:
    forms = load_package().forms.values()
    named = {c.codes for form in forms for c in (*form.household_year, *form.person_year, *form.place_year) if c.codes}
    assert named <= set(load_package().codes)


def test_a_key_that_stands_twice_is_refused_with_its_line() -> None:
    with pytest.raises(ParameterError, match=r"codes/sex\.yaml line 3: the key 'title' stands twice"):
        read_document("codes/sex", "title: a\nsource: b\ntitle: c\n")


def test_broken_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(ParameterError, match=r"codes/sex\.yaml line 3: this is not YAML"):
        read_document("codes/sex", "title: a\nentries: [\n")


def test_an_unknown_key_is_refused_with_its_line(tmp_path: Path) -> None:
    text = SEX.replace("en: Male}", "en: Male, colour: red}")
    parameters = load_folder(written(tmp_path, "codes/sex", text))
    with pytest.raises(ParameterError, match=r"codes/sex\.yaml line 5: the key 'colour' is not known"):
        parameters.check()


def test_a_code_without_quotes_is_refused_because_yaml_would_eat_its_zero(tmp_path: Path) -> None:
    parameters = load_folder(written(tmp_path, "codes/sex", SEX.replace('"1"', "01")))
    with pytest.raises(ParameterError, match="code must be text in quotes, found 1"):
        parameters.check()


def test_a_word_that_means_two_codes_on_one_day_is_refused(tmp_path: Path) -> None:
    text = SEX + '  - {code: "2", zh: 女, en: Female, aliases: [男]}\n'
    parameters = load_folder(written(tmp_path, "codes/sex", text))
    with pytest.raises(ParameterError, match=r"'男' means both 1 .* and 2"):
        parameters.check()


def test_the_hash_does_not_change_with_layout_and_comments(tmp_path: Path) -> None:
    plain = load_folder(written(tmp_path / "plain", "codes/sex", SEX))
    other = load_folder(written(tmp_path / "other", "codes/sex", "# a comment\n\n" + SEX.replace("男", '"男"')))
    assert plain.content_hash == other.content_hash


def test_the_hash_changes_with_content(tmp_path: Path) -> None:
    plain = load_folder(written(tmp_path / "plain", "codes/sex", SEX))
    other = load_folder(written(tmp_path / "other", "codes/sex", SEX.replace("Male", "Man")))
    assert plain.content_hash != other.content_hash


def test_an_overlay_gives_a_dated_value_and_ends_the_one_before() -> None:
    body = {"values": [{"place_prefix": "53", "value": 9100, "reference": "a notice"}]}
    line = (
        load_package()
        .with_overlay([OverlayItem("lines/monitoring_line", body, date(2025, 7, 1))])
        .lines["monitoring_line"]
    )
    before, after = line.on(date(2025, 6, 30), "5334"), line.on(date(2026, 3, 1), "5334")
    assert (before and before.value, after and after.value) == (8700, 9100)


def test_an_overlay_changes_the_hash_and_leaves_the_package_alone() -> None:
    package = load_package()
    body = {"entries": [{"code": "14", "zh": "因赌", "en": "Gambling"}]}
    laid = package.with_overlay([OverlayItem("codes/poverty_cause", body)])
    assert laid.content_hash != package.content_hash
    assert laid.codes["poverty_cause"].lookup("因赌") == "14"
    assert package.codes["poverty_cause"].lookup("因赌") is None


def test_an_unsound_overlay_is_refused() -> None:
    with pytest.raises(ParameterError, match="the key 'zh' is missing"):
        load_package().with_overlay([OverlayItem("codes/sex", {"entries": [{"code": "3", "en": "Third"}]})])


def test_an_overlay_of_no_parameter_file_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"not '\.\./settings'"):
        load_package().with_overlay([OverlayItem("../settings", {})])
