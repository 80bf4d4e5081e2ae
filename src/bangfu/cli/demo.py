"""``bangfu demo``: an empty instance becomes the demonstration, a made-up prefecture with sign-ins for every role."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from bangfu.analytics.synthesis import World, frames_under, points_of, sheets, world_of
from bangfu.cli import serve as serving
from bangfu.cli.say import fail, language, note
from bangfu.cli.setup import migrate
from bangfu.cli.synth import DIVISIONS, SCHEME, WORKBOOK_TOWNSHIPS, Files, check_seed, division_rows, write_register
from bangfu.parameters.text import Text
from bangfu.records.access.actions import add_user, grant_role
from bangfu.records.access.models import Role, User
from bangfu.records.figures.actions import run_cycle
from bangfu.records.households.models import Household
from bangfu.records.instance.actions import found_instance
from bangfu.records.instance.models import Instance
from bangfu.records.instance.parameters import current
from bangfu.records.intake import vault
from bangfu.records.intake.actions import receive, work_through
from bangfu.records.intake.models import Upload, UploadState
from bangfu.records.places.actions import PlaceRow, PointRow, load_places, load_points, record_place_year
from bangfu.records.places.models import Place, PlaceYear

PROVINCE, PREFECTURE, COUNTY = "53", "5334", "533422"
YEARS = (2013, 2014, 2015)
TITLE = Text("迪庆州精准扶贫平台", "Diqing poverty alleviation platform")
#: Printed by the command and worth nothing: it is only ever set in an instance whose people are invented.
PASSWORD = "diqing-demo-2015"  # noqa: S105 — meant to be known
#: The files of a year became known this long after its end.
KNOWN_DAY = (1, 15)
ADDRESS, PORT = "127.0.0.1", 8000
MAPPING = "register"

NOT_SYNTHETIC = Text(
    "这个库里是真实数据，不能做演示。请换一个 BANGFU_HOME 或 DATABASE_URL。",
    "This instance holds real data and cannot become the demonstration. Use another BANGFU_HOME or DATABASE_URL.",
)
STEP = Text("{title}：{seconds:.1f} 秒", "{title}: {seconds:.1f} s")
CAME_BACK = Text("{name}：退回 {count} 行。", "{name}: {count} rows came back.")
REFUSED = Text("{name} 没有收下：{why}。", "{name} was refused: {why}.")
SIGN_INS = Text("登录名（密码都是 {password}）", "Sign-ins (the password of all is {password})")
FOLDER = Text("文件在 {folder}，可试着上传其中的 {name}。", "Files are in {folder}; try uploading {name}.")
STEPS = {
    "migrate": Text("建库", "Database"),
    "places": Text("地点和坐标", "Places and points"),
    "files": Text("生成文件", "Making files"),
    "sheets": Text("村表", "Village sheets"),
    "register": Text("名册入库", "Register taken in"),
    "cycle": Text("计算数字", "Computing figures"),
    "users": Text("登录名", "Sign-ins"),
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """Someone who signs in: name, role, what the role is over (a place's code; helpers: one household)."""

    name: str
    role: Role
    title: Text
    over: str
    unit: str = ""


UNIT = "迪庆电信（演示）"
#: Pairs of names: a township and its neighbour see different rows.
OWN, NEIGHBOUR = WORKBOOK_TOWNSHIPS
PEOPLE = (
    SignIn("province", Role.PROVINCE_OFFICER, Text("省级干部", "Province officer"), PROVINCE),
    SignIn("prefecture", Role.PREFECTURE_OFFICER, Text("州级干部", "Prefecture officer"), PREFECTURE),
    SignIn("county", Role.COUNTY_OFFICER, Text("县级干部", "County officer"), COUNTY),
    SignIn("yanmen", Role.TOWNSHIP_OFFICER, Text("乡镇干部", "Township officer"), OWN),
    SignIn("yunling", Role.TOWNSHIP_OFFICER, Text("邻乡干部", "Officer of the neighbour township"), NEIGHBOUR),
    SignIn("team", Role.TEAM_MEMBER, Text("驻村队员", "Village team member"), "village"),
    SignIn("helper", Role.HELPER, Text("帮扶责任人", "Helper"), "household"),
    SignIn("unit", Role.UNIT_MEMBER, Text("帮扶单位成员", "Member of the assisting unit"), "village", UNIT),
    SignIn("analyst", Role.ANALYST, Text("分析人员", "Analyst"), PREFECTURE),
    SignIn("auditor", Role.AUDITOR, Text("审计人员", "Auditor"), PREFECTURE),
    SignIn("useradmin", Role.USER_ADMINISTRATOR, Text("用户管理员", "User administrator"), PROVINCE),
    SignIn("sysadmin", Role.SYSTEM_ADMINISTRATOR, Text("系统管理员", "System administrator"), PROVINCE),
    SignIn("auditadmin", Role.AUDIT_ADMINISTRATOR, Text("审计管理员", "Audit administrator"), PROVINCE),
)


def demo(
    seed: Annotated[int, typer.Option(help="Seed of everything made up.")] = 1,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Run the site at the end.")] = True,
    divisions: Annotated[Path, typer.Option(help="Folder with the files of division codes.")] = DIVISIONS,
) -> None:
    """Fill an empty instance with a made-up prefecture, print the sign-ins, and run the site. Safe to run twice."""
    check_seed(seed)
    with _step("migrate"):
        migrate()
    _found()
    rows = division_rows(divisions, PROVINCE)
    fill(world_of(rows, seed), PREFECTURE, YEARS)
    with _step("users"):
        make_people(PEOPLE)
    _print_sign_ins()
    if serve:
        serving.serve(host=ADDRESS, port=PORT, no_worker=False)
    else:
        note(f"http://{ADDRESS}:{PORT}/")


def _found() -> None:
    """Found the instance as synthetic; one that is not is left alone."""
    standing = Instance.objects.first()
    if standing is None:
        found_instance(scheme=SCHEME, synthetic=True, title_zh=TITLE.zh, title_en=TITLE.en)
    elif not standing.synthetic:
        fail(NOT_SYNTHETIC)


def fill(world: World, place: str, years: Sequence[int]) -> None:
    """Load the world's places, sheets, register and survey, and compute the figures. What stands already is left."""
    with _step("places"):
        _load_places(world)
    with _step("sheets"):
        _load_sheets(world, place, years)
    if not _is_in(years[-1]):
        _take_in_anew(world, place, years)
    with _step("cycle"):
        run_cycle(happened=date(years[-1], 12, 31))


def _is_in(year: int) -> bool:
    """Whether the last file of the last year was merged, and with it all before it."""
    return Upload.objects.filter(file_name=f"survey_{year}.csv", state=UploadState.MERGED).exists()


def _take_in_anew(world: World, place: str, years: Sequence[int]) -> None:
    folder = Path(settings.HOME) / "demonstration"
    folder.mkdir(exist_ok=True)
    with _step("files"):
        files = write_register(world, place, years, folder)
    with _step("register"):
        take_in(files)
    note(FOLDER.format(folder=folder, name=files.workbooks[0].name))


@contextmanager
def _step(name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    note(STEP.format(title=STEPS[name].in_language(language()), seconds=time.monotonic() - started))


def _load_places(world: World) -> None:
    if Place.objects.filter(latitude__isnull=False).exists():
        return
    load_places([PlaceRow(code, name) for code, name in world.places.items()], scheme=SCHEME)
    load_points(
        [
            PointRow(point.latitude, point.longitude, (point.name,), point.code, file="synthesis")
            for point in points_of(world)
        ]
    )


def _load_sheets(world: World, place: str, years: Sequence[int]) -> None:
    if not PlaceYear.objects.exists():
        record_place_year(sheets(frames_under(world, place), years, years[0], world.seed), reason="demonstration")


def take_in(files: Files) -> None:
    """Take the files of each year in through the intake, as known soon after the year's end."""
    mapping = current().mappings[MAPPING]
    for year, paths in files.register.items():
        known = datetime(year + 1, *KNOWN_DAY, tzinfo=UTC)
        for path in paths:
            if Upload.objects.filter(content_hash=vault.content_hash(path), state=UploadState.MERGED).exists():
                continue
            upload = receive(
                path,
                file_name=path.name,
                mapping=mapping,
                by=None,
                year=year,
                happened_on=date(year, 12, 31),
                known_at=known,
            )
            _say(path.name, work_through(upload, merge=True))


def _say(name: str, outcome: Any) -> None:
    if outcome.refusal:
        fail(REFUSED.format(name=name, why=outcome.refusal.get("code", "")), code=1)
    back = outcome.counts.get("refused", 0) + outcome.counts.get("ask", 0)
    if back:
        note(CAME_BACK.format(name=name, count=back))


def make_people(people: Sequence[SignIn]) -> None:
    """Make the sign-ins that do not stand yet, each with its grant. **Errors** ends the command unless synthetic."""
    if not Instance.objects.filter(synthetic=True).exists():
        fail(NOT_SYNTHETIC)
    for person in people:
        if not User.objects.filter(username=person.name).exists():
            _make(person)


@transaction.atomic
def _make(person: SignIn) -> None:
    shown = person.title.in_language("zh")
    user = add_user(username=person.name, password=PASSWORD, by=None, display_name=shown)
    grant_role(
        user=user,
        role=person.role,
        by=None,
        valid_from=timezone.localdate(),
        unit=person.unit,
        reason="demonstration",
        **_over(person),
    )


def _over(person: SignIn) -> Mapping[str, Any]:
    """The place or household of a grant: the first registered household of the township, or its village."""
    if person.over.isdigit():
        return {"place": Place.objects.get(code=person.over)}
    inside = Household.objects.filter(place_code__startswith=OWN, status__isnull=False).order_by(
        "place_code", "household_no"
    )
    household = inside[0]
    return {"household": household} if person.over == "household" else {"place": household.place}


def _print_sign_ins() -> None:
    """The address and the sign-ins, in both languages."""
    title = SIGN_INS.format(password=PASSWORD)
    table = Table(title=f"http://{ADDRESS}:{PORT}/\n{title.zh}\n{title.en}", title_justify="left")
    for heading in ("登录名 / name", "角色", "role", "范围 / over"):
        table.add_column(heading)
    for person in PEOPLE:
        table.add_row(person.name, person.title.zh, person.title.en, person.unit or person.over)
    Console().print(table)
