"""How far and how long by road, estimated from positions alone."""

from __future__ import annotations

from datetime import timedelta
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_M = 6_371_000.0
ROAD_FACTOR = 1.35
"""Road metres to metres as the crow flies, in and around towns."""
PARKING = timedelta(minutes=2)
_SAME_PLACE_M = 30.0
_STRETCHES = ((5_000.0, 28 / 3.6), (10_000.0, 45 / 3.6), (float("inf"), 75 / 3.6))
"""Metres of town, suburb and open road, in this order, with the speed on each in metres per second."""


class Place(NamedTuple):
    """A position in degrees (WGS 84)."""

    latitude: float
    longitude: float


class Trip(NamedTuple):
    """A drive: kilometres by road and time, parking included."""

    km: float
    time: timedelta


def great_circle_m(a: Place, b: Place) -> float:
    """Metres between two places on a sphere, by the haversine formula (Sinnott 1984)."""
    lat_a, lon_a, lat_b, lon_b = map(radians, (*a, *b))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, h)))


def trip(a: Place, b: Place) -> Trip:
    """The drive from ``a`` to ``b``: great circle times :data:`ROAD_FACTOR`, slow first and faster further out."""
    left = metres = great_circle_m(a, b) * ROAD_FACTOR
    if metres < _SAME_PLACE_M:
        return Trip(0.0, timedelta(0))
    seconds = 0.0
    for length, speed in _STRETCHES:
        stretch = min(left, length)
        seconds += stretch / speed
        left -= stretch
    return Trip(metres / 1000, timedelta(seconds=round(seconds)) + PARKING)
