"""What suits a parcel: called by the flow `postage`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ivrkit.plugins import NotFound


@dataclass(frozen=True)
class Product:
    """What can be bought at the counter."""

    name: str
    price: Decimal
    most_grams: int
    zones: str


PRODUCTS = (
    Product("letter", Decimal("1.80"), 500, "1"),
    Product("small parcel", Decimal("4.19"), 2000, "12"),
    Product("sea mail parcel", Decimal("12.50"), 10_000, "3"),
)


def cheaper(zone: str, grams: int, price: Decimal) -> Product:
    """The cheapest product that takes the parcel for less than this price."""
    suit = (
        each
        for each in PRODUCTS
        if zone in each.zones and grams <= each.most_grams and each.price < price
    )
    found = min(suit, key=lambda each: each.price, default=None)
    if found is None:
        raise NotFound("nothing is cheaper")
    return found
