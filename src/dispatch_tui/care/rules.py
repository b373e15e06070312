"""The rules that a firm may set, as one frozen, validated value.

What each field means is told once, in ``rules.toml``, which holds the defaults; the names here are the
names there. Reading and comparing is in :mod:`dispatch_tui.care.rules_file`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from string import Template
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    model_validator,
)

from dispatch_tui.care.reasons import KINDS

TALK_FIELDS = frozenset({"name", "subject", "promised", "expected", "slip", "what", "impact"})
MAIL_FIELDS = frozenset({"name", "subject", "tried", "retry", "news"})

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LENGTH = re.compile(r"(?:\d{1,5}[mhd])(?: \d{1,5}[mhd])*", re.ASCII)


def _length(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not _LENGTH.fullmatch(value):
        raise ValueError("is not a length of time; write it as 45m, 2h, 1h 30m or 3d")
    return sum((int(one[:-1]) * _UNITS[one[-1]] for one in value.split()), timedelta(0))


def _templated(fields: frozenset[str], text: str) -> str:
    template = Template(text)
    if not template.is_valid():
        raise ValueError("has a $ that begins no field; write $$ for a dollar sign")
    unknown = sorted(set(template.get_identifiers()) - fields)
    if unknown:
        known = ", ".join(f"${one}" for one in sorted(fields))
        raise ValueError(f"knows no field ${unknown[0]}; there are {known}")
    return text


def _talk_text(text: str) -> str:
    return _templated(TALK_FIELDS, text)


def _mail_text(text: str) -> str:
    return _templated(MAIL_FIELDS, text)


Length = Annotated[timedelta, BeforeValidator(_length)]
"""A length of wall time."""
TalkText = Annotated[str, AfterValidator(_talk_text)]
MailText = Annotated[str, AfterValidator(_mail_text)]
T = TypeVar("T")
Chance = Annotated[float, Field(gt=0, lt=1)]
Days = Annotated[int, Field(ge=0, le=3650)]
Lead = Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
Most = Annotated[int, Field(ge=0, le=100_000)]
Rate = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SlipRules(_Section):
    arrival_chance: Chance
    finish_chance: Chance
    again: Length


class ForecastRules(_Section):
    shrink_visits: Annotated[int, Field(ge=1, le=1000)]
    work: Length
    work_safe: Length
    travel: Length
    travel_safe: Length

    @model_validator(mode="after")
    def _ordered(self) -> ForecastRules:
        for name, typical, safe in (
            ("work_safe", self.work, self.work_safe),
            ("travel_safe", self.travel, self.travel_safe),
        ):
            if typical <= timedelta(0) or safe < typical:
                raise ValueError(f"{name} must not be shorter than the typical time, and both longer than 0m")
        return self


class PromiseRules(_Section):
    lead: Length


class UpdateRules(_Section):
    lead: Length
    unattended: Length


class InboundRules(_Section):
    answer_within: Length


class VisitRules(_Section):
    same_day: Length


class AftercareRules(_Section):
    good_from: Days
    good_until: Days
    bad_from: Days
    bad_until: Days

    @model_validator(mode="after")
    def _ordered(self) -> AftercareRules:
        if self.good_until < self.good_from or self.bad_until < self.bad_from:
            raise ValueError("until must not be before from")
        if self.bad_until > self.good_until:
            raise ValueError("bad_until must not be later than good_until: after a bad visit we call sooner")
        return self


class VoicemailRules(_Section):
    retries: tuple[Length, ...]
    grace: Length
    mail_subject: MailText
    mail_body: MailText


class CadenceRules(_Section):
    default_days: Annotated[int, Field(ge=1, le=3650)]
    tier_days: Mapping[str, Annotated[int, Field(ge=1, le=3650)]]
    ask_before_days: Days
    electronic_streak: Annotated[int, Field(ge=1, le=1000)]


class ContractRules(_Section):
    ahead_days: Days
    latest_days: Days
    safe_stages: tuple[str, ...]

    @model_validator(mode="after")
    def _ordered(self) -> ContractRules:
        if self.latest_days > self.ahead_days:
            raise ValueError("latest_days must not be more than ahead_days")
        return self


class RepeatRules(_Section):
    within_days: Days
    calls: Annotated[int, Field(ge=2, le=100)]
    answer_within: Length


class OutreachRules(_Section):
    within: Length


class NewsRules(_Section):
    before_public: Length
    within: Length


class WatchRules(_Section):
    days: Days
    cadence_share: Annotated[float, Field(gt=0, le=1)]
    strong_technician: StrictBool


class LedgerRules(_Section):
    opening: int
    at_risk: int
    half_life_days: Annotated[int, Field(ge=1, le=36_500)]
    bad_weight: Annotated[float, Field(ge=1, le=100)]
    points: Mapping[str, Annotated[int, Field(ge=-1000, le=1000)]]


class HealthRules(_Section):
    repeat_calls: Annotated[int, Field(ge=1)]
    open_issue: Length
    open_issue_risk: Length
    promises_kept: Annotated[float, Field(ge=0, le=1)]
    promises_counted: Annotated[int, Field(ge=1)]
    watches_are_risk: Annotated[int, Field(ge=1)]
    contract_risk_stages: tuple[str, ...]


class RankingRules(_Section):
    slip_per_minute: Rate
    slip_most: Most
    silence_per_hour: Rate
    silence_most: Most
    promise_at_stake: Most
    promise_broken: Most
    promises_most: Most
    impact: Mapping[int, Lead]
    tier: Mapping[str, Lead]
    trust_per_point: Rate
    trust_comfortable: int
    trust_most: Most
    kinds: Mapping[str, Lead]

    @model_validator(mode="after")
    def _all_priorities(self) -> RankingRules:
        if set(self.impact) != {1, 2, 3, 4, 5}:
            raise ValueError("impact must give each priority from 1 to 5")
        _only_kinds(self.kinds)
        return self


class MeasureRules(_Section):
    repeat_days: Days
    fixed_days: Days


class ClosingRules(_Section):
    confirmation: tuple[str, ...]
    no_confirmation: tuple[str, ...]


class Phrase(_Section):
    """Words to be marked in text for customers, and what to write ``instead``."""

    phrase: Annotated[str, Field(min_length=2, max_length=200)]
    kind: Literal["blame", "excuse"]
    instead: str = ""


class ListItem(_Section):
    """One line of a list to go through; ``must``: not ready without it."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    text: Annotated[str, Field(min_length=1, max_length=200)]
    by: Literal["us", "customer"] = "customer"
    must: StrictBool = False


class TalkRules(_Section):
    """What to say for one kind of reason; empty texts are not said."""

    apology: TalkText = ""
    happened: TalkText = ""
    plan: TalkText = ""
    next_update: TalkText = ""
    options: tuple[str, ...] = ()


def _only_kinds(by_kind: Mapping[str, T]) -> Mapping[str, T]:
    for kind in by_kind:
        if kind not in KINDS:
            raise ValueError(f"{kind} is no kind of reason; there are {', '.join(KINDS)}")
    return by_kind


def _each_key_once(lists: Mapping[str, tuple[ListItem, ...]]) -> Mapping[str, tuple[ListItem, ...]]:
    for kind, items in lists.items():
        common = lists.get("any", ()) if kind != "any" else ()
        keys = [item.key for item in (*common, *items)]
        doubled = sorted({key for key in keys if keys.count(key) > 1})
        if doubled:
            raise ValueError(f"{kind} asks for {doubled[0]} twice")
    return lists


Lists = Annotated[Mapping[str, tuple[ListItem, ...]], AfterValidator(_each_key_once)]
"""Lists by kind of work; ``any`` belongs to every kind."""


class CareRules(_Section):
    """Everything of the customer side that a firm may set; ``rules.toml`` says what each field means."""

    slip: SlipRules
    forecast: ForecastRules
    promise: PromiseRules
    update: UpdateRules
    inbound: InboundRules
    visit: VisitRules
    aftercare: AftercareRules
    voicemail: VoicemailRules
    cadence: CadenceRules
    contract: ContractRules
    repeat: RepeatRules
    outreach: OutreachRules
    news: NewsRules
    watch: WatchRules
    ledger: LedgerRules
    health: HealthRules
    ranking: RankingRules
    measures: MeasureRules
    closing: ClosingRules
    wording: tuple[Phrase, ...]
    readiness: Lists
    data_safety: Lists
    intake: Lists
    onboarding: Lists
    talk: Annotated[Mapping[str, TalkRules], AfterValidator(_only_kinds)]


def list_for(lists: Mapping[str, tuple[ListItem, ...]], kind: str) -> tuple[ListItem, ...]:
    """What to go through for a kind of work: what belongs to any, then what is its own."""
    own = () if kind == "any" else lists.get(kind, ())
    return (*lists.get("any", ()), *own)
