"""Where the demo company works: regions (each a team) and their cities. Cities are real, nothing in them is."""

from __future__ import annotations

from typing import NamedTuple


class City(NamedTuple):
    """A city with its IANA zone, its centre in degrees, and a prefix that makes invented numbers look local."""

    name: str
    tz: str
    latitude: float
    longitude: float
    dial: str


class Region(NamedTuple):
    """A part of the world with one team; the first city holds its depot."""

    name: str
    cities: tuple[City, ...]


REGIONS: tuple[Region, ...] = (
    Region(
        "Atlantic",
        (
            City("New York", "America/New_York", 40.71, -74.01, "+1 212"),
            City("Toronto", "America/Toronto", 43.65, -79.38, "+1 416"),
            City("Atlanta", "America/New_York", 33.75, -84.39, "+1 404"),
        ),
    ),
    Region(
        "Isles",
        (
            City("London", "Europe/London", 51.51, -0.13, "+44 20"),
            City("Leeds", "Europe/London", 53.80, -1.55, "+44 113"),
            City("Dublin", "Europe/Dublin", 53.35, -6.26, "+353 1"),
        ),
    ),
    Region(
        "Continent",
        (
            City("Berlin", "Europe/Berlin", 52.52, 13.40, "+49 30"),
            City("Rotterdam", "Europe/Amsterdam", 51.92, 4.48, "+31 10"),
            City("Warsaw", "Europe/Warsaw", 52.23, 21.01, "+48 22"),
            City("Madrid", "Europe/Madrid", 40.42, -3.70, "+34 91"),
        ),
    ),
    Region(
        "Plains",
        (
            City("Chicago", "America/Chicago", 41.88, -87.63, "+1 312"),
            City("Houston", "America/Chicago", 29.76, -95.37, "+1 713"),
            City("Denver", "America/Denver", 39.74, -104.99, "+1 303"),
        ),
    ),
    Region(
        "Pacific",
        (
            City("Seattle", "America/Los_Angeles", 47.61, -122.33, "+1 206"),
            City("Los Angeles", "America/Los_Angeles", 34.05, -118.24, "+1 213"),
            City("Phoenix", "America/Phoenix", 33.45, -112.07, "+1 602"),
        ),
    ),
    Region(
        "Deccan",
        (
            City("Mumbai", "Asia/Kolkata", 19.08, 72.88, "+91 22"),
            City("Hyderabad", "Asia/Kolkata", 17.39, 78.49, "+91 40"),
        ),
    ),
    Region(
        "Straits",
        (
            City("Singapore", "Asia/Singapore", 1.35, 103.82, "+65"),
            City("Osaka", "Asia/Tokyo", 34.69, 135.50, "+81 6"),
        ),
    ),
    Region(
        "South",
        (
            City("Sydney", "Australia/Sydney", -33.87, 151.21, "+61 2"),
            City("Adelaide", "Australia/Adelaide", -34.93, 138.60, "+61 8"),
            City("Auckland", "Pacific/Auckland", -36.85, 174.76, "+64 9"),
        ),
    ),
)
