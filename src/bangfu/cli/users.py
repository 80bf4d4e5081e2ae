"""``bangfu users …``: people, their roles, and the end of these. Each change is in the audit log."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Annotated, Any, NoReturn

import typer
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bangfu.cli.say import fail, language, note
from bangfu.parameters.text import Text
from bangfu.records.access import actions, queries, tokens
from bangfu.records.access.models import Role, User

#: Django's own sentences are partly English in a Chinese command, so each of its codes has a sentence here.
WEAK = {
    "password_too_short": Text(
        "密码太短，至少要{min_length}个字符。", "The password is too short: it needs at least {min_length} characters."
    ),
    "password_too_common": Text("这个密码太常见。", "This password is too common."),
    "password_too_similar": Text("密码和登录名太像。", "The password is too much like the person's name."),
    "password_entirely_numeric": Text("密码不能只有数字。", "A password cannot be all digits."),
}
TOO_WEAK = Text("这个密码太弱，换一个。", "The password is too weak; choose another one.")
PASSWORD, AGAIN = Text("密码", "Password"), Text("再输一遍密码", "The same password again")
OPENS_LESS = Text(
    "{name}的授权只到{codes}，所以令牌只打开{codes}，不是整个{place}。",
    "{name} is granted {codes} only, so the token opens {codes} and not all of {place}.",
)
NO_TOKEN = Text(
    "没有编号{id}的有效令牌。有效令牌的编号见bangfu users tokens。",
    "No standing token {id}. `bangfu users tokens` lists those that stand.",
)
NO_PLACE = Text("没有这个地方：{code}。", "No place has the code {code}.")
app = typer.Typer(no_args_is_help=True, help="People and their roles: add, list, grant, revoke, password.")

NoneOr = Annotated[str | None, typer.Option()]
RoleOption = Annotated[Role, typer.Option(help="Role, as in docs/guides/users.md.")]
PlaceOption = Annotated[str, typer.Option(help="Code of the place.")]
HouseholdOption = Annotated[str, typer.Option(help="Number or address of the household (helpers, team members).")]
UnitOption = Annotated[str, typer.Option(help="Assisting unit (unit members).")]
UntilOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; open if left out.")]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
GenerateOption = Annotated[bool, typer.Option("--generate", help="Make a password and print it once.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: RoleOption,
    place: PlaceOption = "",
    household: HouseholdOption = "",
    unit: UnitOption = "",
    until: UntilOption = None,
    display_name: Annotated[str, typer.Option(help="Name on pages.")] = "",
    password: Annotated[
        str, typer.Option(envvar="BANGFU_PASSWORD", help="Password; better by BANGFU_PASSWORD.", show_envvar=True)
    ] = "",
    password_stdin: StdinOption = False,
    generate: GenerateOption = False,
) -> None:
    """Make a person who can sign in, with a first role. Without a password given, it is asked for."""
    if not name.strip():
        fail(Text("登录名不能是空的。", "The name to sign in with cannot be empty."))
    if User.objects.filter(username=name).exists():
        fail(Text("已有这个名字：{name}。", "This name is taken: {name}.").format(name=name))
    over = _found_over(place, household)
    chosen = _password(password, password_stdin, generate)
    try:
        with transaction.atomic():
            user = actions.add_user(username=name, password=chosen, display_name=display_name, by=None)
            _give(user, role, over, unit, until)
    except ValidationError as weak:
        _refuse_password(weak)
    note(Text("已建 {name}。", "Made {name}.").format(name=name))
    if generate:
        typer.echo(chosen)


@app.command("list")
def list_people(
    under: Annotated[str, typer.Option(help="Only grants at places under this code.")] = "",
    all: Annotated[bool, typer.Option("--all", help="Ended and revoked grants too.")] = False,
) -> None:
    """Grants as CSV: id, name, role, place, household, unit, from, until, revoked."""
    if under and queries.place_named(under) is None:
        fail(NO_PLACE.format(code=under))
    typer.echo(queries.grants_as_csv(under, on=None if all else timezone.localdate()), nl=False)


@app.command()
def grant(
    name: Annotated[str, typer.Argument()],
    role: RoleOption,
    place: PlaceOption = "",
    household: HouseholdOption = "",
    unit: UnitOption = "",
    until: UntilOption = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Give a person a further role."""
    _give(_person(name), role, _found_over(place, household), unit, until, reason)
    note(Text("已授权。", "Granted."))


@app.command()
def revoke(
    grant_id: Annotated[int, typer.Argument(help="Id of the grant, as `users list` prints it.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """End a grant at once."""
    found = queries.standing_grant(grant_id)
    if found is None:
        fail(Text("没有这条有效授权：{id}。", "No standing grant {id}.").format(id=grant_id))
    actions.revoke_grant(grant=found, by=None, at=timezone.now(), reason=reason)
    note(Text("已撤销。", "Revoked."))


@app.command()
def password(
    name: Annotated[str, typer.Argument()],
    password_stdin: StdinOption = False,
    generate: GenerateOption = False,
) -> None:
    """Give a person another password; it also unlocks the name."""
    person = _person(name)
    chosen = _password("", password_stdin, generate)
    try:
        actions.set_password(user=person, password=chosen, by=None)
    except ValidationError as weak:
        _refuse_password(weak)
    note(Text("已换密码。", "The password is changed."))
    if generate:
        typer.echo(chosen)


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="Whose token.")],
    place: Annotated[str, typer.Option(help="Code of the place that it is cut to.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, within a year; 90 days if left out.")
    ] = None,
) -> None:
    """Issue a token for `bangfu.open(...)` in a notebook; its secret is printed once."""
    found = queries.place_named(place)
    if found is None:
        fail(NO_PLACE.format(code=place))
    last = until.date() if until else timezone.localdate() + tokens.USUAL_DAYS
    try:
        issued, secret = tokens.issue_token(user=_person(name), place=found, until=last, at=timezone.now(), by=None)
    except tokens.TokenRefused as refusal:
        fail(refusal.sentence)
    narrower = tokens.reach_of(issued, on=timezone.localdate())
    if narrower != (found.code,):
        note(OPENS_LESS.format(place=place, codes=", ".join(narrower) or "–", name=name))
    note(Text("令牌{id}，只显示这一次：", "Token {id}, shown this once:").format(id=issued.pk))
    typer.echo(secret)


@app.command("tokens")
def list_tokens(all: Annotated[bool, typer.Option("--all", help="Ended and withdrawn tokens too.")] = False) -> None:
    """Tokens as CSV: id, name, place, until, withdrawn. Their secrets are kept nowhere."""
    typer.echo(tokens.tokens_as_csv(on=None if all else timezone.localdate()), nl=False)


@app.command("withdraw-token")
def withdraw_token(token_id: Annotated[int, typer.Argument(help="Id of the token.")]) -> None:
    """End a token at once."""
    found = tokens.standing_token(token_id)
    if found is None:
        fail(NO_TOKEN.format(id=token_id))
    tokens.withdraw_token(token=found, by=None, at=timezone.now())
    note(Text("已收回。", "Withdrawn."))


def _person(name: str) -> User:
    found = User.objects.filter(username=name).first()
    if found is None:
        fail(Text("没有这个人：{name}。", "Nobody is called {name}.").format(name=name))
    return found


def _found_over(place: str, household: str) -> dict[str, Any]:
    """The place or household that a grant is over."""
    found = {
        "place": queries.place_named(place) if place else None,
        "household": queries.household_named(household) if household else None,
    }
    if place and found["place"] is None:
        fail(NO_PLACE.format(code=place))
    if household and found["household"] is None:
        fail(Text("没有这一户。", "No household has this number or address."))
    return found


def _give(user: User, role: Role, over: dict[str, Any], unit: str, until: datetime | None, reason: str = "") -> None:
    last: date | None = until.date() if until else None
    today = timezone.localdate()
    try:
        actions.grant_role(
            user=user, role=role, by=None, valid_from=today, valid_until=last, unit=unit, reason=reason, **over
        )
    except actions.GrantRefused as refusal:
        fail(refusal.sentence)


def _refuse_password(weak: ValidationError) -> NoReturn:
    """A sentence for each thing that is wrong with a password."""
    sentences = [WEAK.get(fault.code or "", TOO_WEAK).format(**(fault.params or {})) for fault in weak.error_list]
    fail("\n".join(sentence.in_language(language()) for sentence in sentences))


def _password(given: str, from_stdin: bool, generate: bool) -> str:
    if generate:
        return actions.generated_password()
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    prompt, again = (asked.in_language(language()) for asked in (PASSWORD, AGAIN))
    return given or str(typer.prompt(prompt, hide_input=True, confirmation_prompt=again, err=True))
