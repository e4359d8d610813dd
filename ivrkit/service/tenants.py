"""Tenants: customers of one site who see their own calls only. The number that was called says
whose a call is, the tenant of a token which calls it reaches."""

import re
from typing import Annotated

from pydantic import AfterValidator

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


def check_tenant(name: str) -> str:
    """The name of a tenant, as it is. Raises ValueError for what is none."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name of a tenant: 1 to 64 of the letters a to z and A to Z, digits,"
            " '_', '.' and '-', the first none of the last two"
        )
    return name


Tenant = Annotated[str, AfterValidator(check_tenant)]
"""As numbers and tokens name it in ``ivrkit.yaml``. What has none leaves the setting out: an empty
one is refused, for a token without a tenant reaches everything."""
