"""Somebody who visits a served instance without a browser: signs in, reads pages, and sees what went over the wire."""

from __future__ import annotations

import gzip
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

SECONDS = 60
TOKEN_NAME = "csrfmiddlewaretoken"
TOKEN = re.compile(rf'name="{TOKEN_NAME}" value="([^"]+)"')
LINKED = re.compile(r'<(?:link[^>]*\shref|script[^>]*\ssrc)="(/[^"]+)"')


@dataclass(frozen=True)
class Fetched:
    """An answer: its text, and how many bytes its body took over the wire."""

    address: str
    text: str
    wire_bytes: int
    kind: str


@dataclass(frozen=True)
class Visitor:
    """Keeps the cookies of one person at one address."""

    address: str
    cookies: CookieJar = field(default_factory=CookieJar)

    @property
    def _opener(self) -> OpenerDirector:
        return build_opener(HTTPCookieProcessor(self.cookies))

    def sign_in(self, name: str, password: str) -> None:
        """Sign in through the form. **Errors** ``LookupError`` where the form comes back."""
        token = TOKEN.search(self.text("/in/"))
        assert token is not None
        form = {"login": name, "password": password, "csrfmiddlewaretoken": token.group(1)}
        request = Request(f"{self.address}/in/", urlencode(form).encode(), {"Referer": f"{self.address}/in/"})
        with self._opener.open(request, timeout=SECONDS) as answer:
            if answer.url.endswith("/in/"):
                raise LookupError(f"{name} could not sign in at {self.address}.")

    def send(self, path: str, form: Mapping[str, str], files: Mapping[str, tuple[str, bytes]] | None = None) -> str:
        """Send the form of a page; the path of the page that answers. **Errors** ``HTTPError`` where it is refused."""
        token = TOKEN.search(self.text(path))
        assert token is not None, f"{path} has no form."
        boundary = secrets.token_hex(16)
        parts = [(f'name="{name}"', value.encode()) for name, value in (*form.items(), (TOKEN_NAME, token.group(1)))]
        parts += [(f'name="{name}"; filename="{file}"', content) for name, (file, content) in (files or {}).items()]
        body = b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
            for head, content in parts
        )
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Referer": f"{self.address}{path}"}
        request = Request(f"{self.address}{path}", body + f"--{boundary}--\r\n".encode(), headers)
        with self._opener.open(request, timeout=SECONDS) as answer:
            return str(urlsplit(answer.url).path)

    def text(self, path: str) -> str:
        """The text of a page."""
        return self.fetch(path).text

    def fetch(self, path: str) -> Fetched:
        """A page or file as a browser asks for it, compressed where the server compresses."""
        request = Request(f"{self.address}{path}", headers={"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"})
        with self._opener.open(request, timeout=SECONDS) as answer:
            body = answer.read()
            packed = answer.headers.get("Content-Encoding") == "gzip"
            kind = answer.headers.get_content_type()
        plain = gzip.decompress(body) if packed else body
        return Fetched(path, plain.decode(errors="replace"), len(body), kind)

    def first_view(self, path: str) -> tuple[Fetched, ...]:
        """A page and the files that it links to: what a first visit brings over the wire."""
        page = self.fetch(path)
        linked = dict.fromkeys(LINKED.findall(page.text))
        return (page, *(self.fetch(one) for one in linked))
