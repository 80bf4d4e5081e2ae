"""What is done to the instance: found it, and draw ids from its range."""

from __future__ import annotations

from threading import Lock

from django.db import connection, transaction

from bangfu.parameters.text import Text
from bangfu.records.instance import sql
from bangfu.records.instance.held import once
from bangfu.records.instance.models import Counter, Instance
from bangfu.records.rows import INSTANCE_SPAN


class NotFounded(Exception):
    """The database carries no instance yet, or another one than was asked for."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


NO_INSTANCE = Text(
    "还没有区划。先运行 bangfu places load 文件…。", "No places yet: run `bangfu places load FILE…` first."
)
OTHER_SCHEME = Text(
    "本实例用的区划方案是{standing}，不是{asked}。另一个方案请另设BANGFU_HOME（或DATABASE_URL）。",
    "This instance uses the place scheme {standing}, not {asked}. "
    "Use another BANGFU_HOME (or DATABASE_URL) for another scheme.",
)


def draw_ids(count: int) -> range:
    """``count`` new ids of this instance, in order. They are used or lost, never given twice."""
    with connection.cursor() as cursor:
        cursor.execute(sql.DRAW_IDS, [count])
        row = cursor.fetchone()
    if row is None:
        Counter.objects.get_or_create(name="id", defaults={"next_value": first_id()})
        return draw_ids(count)
    return range(row[0] - count, row[0])


class Drawn:
    """Ids drawn ahead, handed out to several threads without asking the database again; what is left over is lost."""

    def __init__(self, ids: range) -> None:
        self._ids = ids
        self._taken = 0
        self._lock = Lock()

    def take(self, count: int) -> range:
        """The next ``count`` ids. **Errors** ``ValueError`` where fewer were drawn."""
        with self._lock:
            first = self._taken
            if first + count > len(self._ids):
                raise ValueError(f"{len(self._ids)} ids were drawn ahead, {first + count} are asked for.")
            self._taken = first + count
            return self._ids[first : first + count]


def first_id() -> int:
    """The first id of this instance's range; ids start at 1 in instance 0."""
    number = Instance.objects.values_list("number", flat=True).first() or 0
    return int(number) * INSTANCE_SPAN + 1


@transaction.atomic
def found_instance(*, scheme: str, number: int = 0, **facts: object) -> Instance:
    """Found the instance, or return the one that stands.

    **Errors** ``NotFounded`` when another scheme is already in use: one database holds one scheme.
    """
    standing = Instance.objects.first()
    if standing is None:
        founded = Instance.objects.create(id=1, scheme=scheme, number=number, **facts)
        # Ids may have been drawn before (a first user, an audit event); from now on they are of the instance's range.
        Counter.objects.filter(name="id", next_value__lt=first_id()).update(next_value=first_id())
        return founded
    if standing.scheme != scheme:
        raise NotFounded(OTHER_SCHEME.format(standing=standing.scheme, asked=scheme))
    return standing


def current_instance() -> Instance:
    """The instance of this database. **Errors** ``NotFounded`` before ``places load`` or ``init``."""
    return once("instance", _standing)


def _standing() -> Instance:
    standing = Instance.objects.first()
    if standing is None:
        raise NotFounded(NO_INSTANCE)
    return standing
