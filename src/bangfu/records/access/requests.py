"""A request that has passed the gate, as views see it."""

from __future__ import annotations

from django.http import HttpRequest

from bangfu.records.access.gate import Scope
from bangfu.records.access.models import User


class GateRequest(HttpRequest):
    """What the gate's middleware leaves on a request; it is never built, only spoken of in signatures.

    ``scope`` is what the person may see through the permission of this view, ``whole_scope`` through all of them.
    """

    scope: Scope
    whole_scope: Scope
    nav_keys: frozenset[str]
    user: User
