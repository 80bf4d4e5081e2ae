"""Signing in: the right password, the lock, the second factor, the way back, and no open door beside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.utils import timezone

from bangfu.records.access.accounts import FAILURES, WINDOW, SecondFactor, count_failure, locked_until
from bangfu.records.access.models import AuditEvent, Role, SignInGuard, User
from tests.access.world import PASSWORD, World

pytestmark = pytest.mark.db_twice
ZHAXI = "zhaxi"


def sign_in(client: Client, name: str = ZHAXI, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/in/", {"login": name, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def fail_often(client: Client, name: str = ZHAXI) -> Any:
    return [sign_in(client, name, "wrong password") for _ in range(FAILURES)][-1]


def test_name_and_password_open_the_door(world: World, client: Client) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_a_wrong_password_says_no_more_than_that(world: World, client: Client) -> None:
    known, unknown = sign_in(client, password="x"), sign_in(client, name="nobody", password="x")
    assert "登录名或密码不对" in known.content.decode()
    assert "登录名或密码不对" in unknown.content.decode()


def test_the_way_back_is_kept(world: World, client: Client) -> None:
    assert client.get("/me/code/").headers["Location"] == "/in/?next=%2Fme%2Fcode%2F"
    assert sign_in(client, next="/me/code/").headers["Location"] == "/me/code/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_back_never_leaves_the_site(world: World, client: Client, target: str) -> None:
    assert sign_in(client, next=target).headers["Location"] == "/"


def test_the_session_gets_a_new_key(world: World, client: Client) -> None:
    client.get("/in/", {"lang": "en"})
    session = client.session
    session["kept"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    sign_in(client)
    assert client.session.session_key != session.session_key


def test_the_language_is_kept_through_signing_in(world: World, client: Client) -> None:
    client.get("/in/", {"lang": "en"})
    sign_in(client)
    assert "Change password" in client.get("/me/").content.decode()


def test_the_users_own_language_counts_where_nothing_else_was_chosen(world: World, client: Client) -> None:
    User.objects.filter(username=ZHAXI).update(language="en")
    sign_in(client)
    assert "Change password" in client.get("/me/").content.decode()


def test_a_name_that_fails_too_often_is_locked_and_told_until_when_and_whom_to_call(
    world: World, client: Client, settings: Any
) -> None:
    settings.CONTACT = "0887-8220000"
    answer = fail_often(client).content.decode()
    until = timezone.localtime(timezone.now() + WINDOW)
    assert "0887-8220000" in answer
    assert f"{until:%H:%M}" in answer or f"{until - timedelta(minutes=1):%H:%M}" in answer


def test_a_locked_name_does_not_open_with_the_right_password(world: World, client: Client) -> None:
    fail_often(client)
    sign_in(client)
    assert not is_signed_in(client)


def test_other_names_stay_open(world: World, client: Client) -> None:
    fail_often(client)
    sign_in(client, "sina-ciren")
    assert is_signed_in(client)


def test_a_name_that_does_not_exist_locks_like_one_that_does(world: World, client: Client) -> None:
    assert "锁定" in fail_often(client, "nobody").content.decode()


def test_a_lock_ends_by_itself(world: World) -> None:
    now = timezone.now()
    [count_failure(ZHAXI, now=now) for _ in range(FAILURES)]
    assert locked_until(ZHAXI, now=now + WINDOW - timedelta(seconds=1)) is not None
    assert locked_until(ZHAXI, now=now + WINDOW) is None


def test_failures_far_apart_do_not_add_up(world: World) -> None:
    now = timezone.now()
    found = [count_failure(ZHAXI, now=now + WINDOW * n) for n in range(FAILURES + 1)]
    assert found == [None] * (FAILURES + 1)


def test_the_guard_keeps_no_name(world: World, client: Client) -> None:
    sign_in(client, password="x")
    assert ZHAXI not in SignInGuard.objects.get().name_hash


def test_signing_in_forgets_the_failures(world: World, client: Client) -> None:
    sign_in(client, password="x")
    sign_in(client)
    assert SignInGuard.objects.count() == 0


def test_a_closed_account_does_not_open(world: World, client: Client) -> None:
    User.objects.filter(username=ZHAXI).update(is_active=False)
    sign_in(client)
    assert not is_signed_in(client)


def test_signing_out_ends_the_session(world: World, client: Client) -> None:
    sign_in(client)
    assert client.post("/out/").headers["Location"] == "/in/"
    assert not is_signed_in(client)


def test_coming_and_going_are_in_the_log(world: World, client: Client) -> None:
    sign_in(client)
    client.post("/out/")
    actions = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["user.sign_in", "user.sign_out"]


def test_another_password_is_taken_and_other_devices_are_signed_out(world: World, client: Client) -> None:
    elsewhere, new = Client(), "an even longer walk"
    sign_in(client)
    sign_in(elsewhere)
    client.post("/me/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_signed_in(client), is_signed_in(elsewhere)) == (True, False)
    assert User.objects.get(username=ZHAXI).check_password(new)


def test_a_weak_password_is_refused(world: World, client: Client) -> None:
    sign_in(client)
    client.post("/me/password/", {"oldpassword": PASSWORD, "password1": "password", "password2": "password"})
    assert User.objects.get(username=ZHAXI).check_password(PASSWORD)


def code_of(user: User) -> str:
    secret = Authenticator.objects.get(user=user, type="totp").data["secret"]
    return code_for(SecondFactor().decrypt(secret))


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


@pytest.fixture
def with_code(world: World, client: Client) -> User:
    """The township officer with a second factor, signed out."""
    user = world.person(Role.TOWNSHIP_OFFICER)
    TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    return user


def test_the_code_is_asked_for_after_the_password(with_code: User, client: Client) -> None:
    assert sign_in(client).headers["Location"] == "/in/code/"
    assert not is_signed_in(client)
    client.post("/in/code/", {"code": code_of(with_code)})
    assert is_signed_in(client)


def test_a_wrong_code_does_not_open(with_code: User, client: Client) -> None:
    sign_in(client)
    answer = client.post("/in/code/", {"code": "000000"})
    assert answer.status_code == 200
    assert not is_signed_in(client)


def test_the_secret_is_not_readable_in_the_database(with_code: User) -> None:
    assert "JBSWY3DP" not in str(Authenticator.objects.get(user=with_code, type="totp").data)


def test_a_person_sets_up_the_code_and_gets_spare_codes(world: World, client: Client) -> None:
    sign_in(client)
    client.post("/in/again/?next=/me/code/on/", {"password": PASSWORD})
    page = client.get("/me/code/on/")
    secret = page.context["form"].secret
    answer = client.post("/me/code/on/", {"code": code_for(secret)})
    assert answer.headers["Location"] == "/me/code/spare/"
    assert client.get("/me/code/spare/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/in/signup/", "/in/email/", "/in/password/reset/", "/accounts/signup/", "/admin/"]
)
def test_no_other_door_is_routed(world: World, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("shown", "back"),
    [
        ("", "%2F"),
        ("http://testserver/p/5334/?t=2014", "%2Fp%2F5334%2F%3Ft%3D2014"),
        ("https://elsewhere.example/p/5334/", "%2F"),
        ("http://testserver//elsewhere.example/", "%2F"),
        ("javascript:alert(1)", "%2F"),
    ],
)
def test_htmx_is_sent_to_the_whole_sign_in_page_and_back_to_its_page(
    world: World, client: Client, shown: str, back: str
) -> None:
    answer = client.get("/me/", headers={"hx-request": "true", "hx-current-url": shown})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, f"/in/?next={back}")


def test_the_page_of_oneself_lists_the_roles_that_hold(world: World, client: Client) -> None:
    sign_in(client)
    assert "乡镇干部" in client.get("/me/").content.decode()
