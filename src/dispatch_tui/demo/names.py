"""Invented names: customers, people, streets. Any likeness to a real company or person is by accident."""

from __future__ import annotations

from random import Random

_STEMS_A = (
    *("Alder", "Brack", "Calder", "Dun", "Elm", "Fenn", "Garn", "Hazel", "Inver", "Jor", "Kest", "Larch"),
    *(
        "Marl",
        "Nether",
        "Oster",
        "Pell",
        "Quill",
        "Rook",
        "Sable",
        "Thorn",
        "Ulver",
        "Vell",
        "Wether",
        "Yarrow",
    ),
)
_STEMS_B = (
    *("bank", "bridge", "brook", "combe", "dale", "fell", "field", "ford", "gate", "grove", "ham", "holm"),
    *("ley", "march", "mere", "moor", "ridge", "stead", "stone", "ton", "vale", "wick", "wood", "worth"),
)
_TRADES = (
    *(
        "Dairy",
        "Foods",
        "Cold Store",
        "Bakeries",
        "Hospital",
        "Clinics",
        "Laundry",
        "Brewery",
        "Print",
        "Packaging",
    ),
    *(
        "Freight",
        "Logistics",
        "Data Centre",
        "Markets",
        "Hotels",
        "Laboratories",
        "Textiles",
        "Plastics",
        "Mills",
    ),
    *("Waterworks", "University", "Schools", "Timber", "Pharma"),
)
_FIRST = (
    *("Ada", "Amir", "Anouk", "Bela", "Bruno", "Carla", "Ciaran", "Dalia", "Edda", "Emre", "Farah", "Finn"),
    *("Greta", "Hugo", "Ines", "Ivo", "Jana", "Jonas", "Kaito", "Karim", "Leila", "Luca", "Mara", "Milan"),
    *(
        "Nadia",
        "Niall",
        "Nils",
        "Olga",
        "Oskar",
        "Petra",
        "Priya",
        "Quentin",
        "Rosa",
        "Ravi",
        "Selma",
        "Soren",
    ),
    *("Tamar", "Theo", "Una", "Viktor", "Wanda", "Yara", "Yusuf", "Zoe"),
)
_LAST_A = (
    "Ash",
    "Bel",
    "Cor",
    "Dar",
    "Fal",
    "Gar",
    "Hal",
    "Kor",
    "Lin",
    "Mor",
    "Nor",
    "Pel",
    "Rav",
    "Sol",
    "Tav",
    "Var",
)
_LAST_B = (
    "ander",
    "berg",
    "dell",
    "encourt",
    "ford",
    "gren",
    "ides",
    "lund",
    "mont",
    "nova",
    "row",
    "sen",
    "strand",
    "wyn",
)
_STREETS = (
    "Foundry",
    "Canal",
    "Orchard",
    "Station",
    "Quarry",
    "Harbour",
    "Mill",
    "Depot",
    "Market",
    "Tannery",
    "Kiln",
)
_ROADS = ("Road", "Street", "Lane", "Way", "Yard", "Row")


def _pick(rng: Random, words: tuple[str, ...]) -> str:
    return words[int(rng.random() * len(words))]


def person(rng: Random) -> str:
    """First and last name."""
    return f"{_pick(rng, _FIRST)} {_pick(rng, _LAST_A)}{_pick(rng, _LAST_B)}"


def customer(rng: Random, taken: set[str]) -> str:
    """A company's name that is not in ``taken`` yet; it is then."""
    while True:
        name = f"{_pick(rng, _STEMS_A)}{_pick(rng, _STEMS_B)} {_pick(rng, _TRADES)}"
        if name in taken:  # some 14,000 names; a very large company has namesakes in groups
            name = f"{name} {_pick(rng, _STEMS_A)}{_pick(rng, _STEMS_B)}"
        if name not in taken:
            taken.add(name)
            return name


def address(rng: Random) -> str:
    """House number and street."""
    return f"{1 + int(rng.random() * 240)} {_pick(rng, _STREETS)} {_pick(rng, _ROADS)}"


def phone(rng: Random, dial: str) -> str:
    """A number in the style that is kept free for stories (555 01xx)."""
    return f"{dial} 555 01{int(rng.random() * 100):02d}"


def email(name: str, company: str) -> str:
    """An address under a domain that nobody can own."""
    local = name.lower().replace(" ", ".")
    return f"{local}@{''.join(letter for letter in company.lower() if letter.isalnum())}.example.com"
