"""Spark: only what it does differently. PySpark is an extra and is loaded by Ibis when a text is run, not here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bangfu.analytics.engines.ibis_ import Engine


@cache
def engine() -> Engine:
    """Spark's differences: ``try_add`` and its like give NULL where a whole number does not fit 64 bits."""
    import ibis

    from bangfu.analytics.engines.ibis_ import Engine

    def builtin(name: str) -> Any:
        def body(left, right): ...  # type: ignore[no-untyped-def]

        return ibis.udf.scalar.builtin(body, name=name, signature=(("int64", "int64"), "int64"))

    signs = {"+": builtin("try_add"), "-": builtin("try_subtract"), "*": builtin("try_multiply")}

    class Spark(Engine):
        def checked(self, sign: str, left: Any, right: Any) -> Any:
            return signs[sign](left, right)

    return Spark("pyspark")
