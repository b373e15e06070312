"""News of a product, or a recall, for those who have the model: before it is public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch_tui.care.reasons import Reason, key_of, quoted
from dispatch_tui.care.rules import NewsRules
from dispatch_tui.text import plain


@dataclass(frozen=True, slots=True)
class ModelNews:
    """Something about a model that its owners should hear from us; ``owners``: customers not yet told."""

    news_id: int
    what: str
    known_at: datetime
    owners: frozenset[int]
    public_at: datetime | None = None
    recall: bool = False


def reasons(news: Iterable[ModelNews], rules: NewsRules) -> Iterable[Reason]:
    """One reason for each owner who has not been told."""
    for one in news:
        if one.public_at is None:
            until = one.known_at + rules.within
        else:
            until = max(one.known_at, one.public_at - rules.before_public)
        kind = "a recall" if one.recall else "news"
        for customer_id in sorted(one.owners):
            yield Reason(
                kind="news",
                key=key_of("news", f"{one.news_id}/{customer_id}"),
                words=f"{kind} about a model they have: {quoted(one.what)}",
                prompt_at=one.known_at,
                useful_until=until,
                customer_id=customer_id,
                call_id=None,
                bad_news=one.recall,
                promised_at=one.public_at,
                what=plain(one.what),
            )
