"""Column types: instants as counts of microseconds, and ids."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlalchemy.types import TypeDecorator

from dispatch_tui.clock import from_us, to_us
from dispatch_tui.store.rows import NEVER

Id = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, stored as microseconds since 1970 in a BIGINT on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else to_us(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else from_us(value)


class InstantOrNever(TypeDecorator[datetime]):
    """As :class:`Instant`, but ``None`` is stored as ``NEVER``, so that an index sorts it last."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int:
        return NEVER if value is None else to_us(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None or value == NEVER else from_us(value)
