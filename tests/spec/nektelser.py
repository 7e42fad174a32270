"""What the tests of refused deliveries share: a small sound delivery, and the message that refuses it."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import pytest

from pipelines.base.errors import DeliveryRefused
from tests.dor import Dor
from tests.leveranser import Leveranse


def small(maaned: str = "2015-04") -> Leveranse:
    dag = f"{maaned}-15"
    return Leveranse(maaned, person=[{"person": "ola"}], utbetaling=[{"person": "ola", "dato_postert": dag}] * 3)


def refusal(dor: Dor, landing: Path) -> str:
    """The message; nothing may have changed, and no identity may be in it, nor in the trace down to its cause."""
    before = dor.alt_som_er_skrevet()
    with pytest.raises(DeliveryRefused) as refused:
        dor.slipp_inn(landing)
    assert dor.alt_som_er_skrevet() == before
    told = "".join(traceback.format_exception(refused.value))
    assert not re.search(r"\d{11}", told), "an identity is in what the error came of"
    message = str(refused.value)
    assert not re.search(r"\d{9}", message), "an identity is in the message"
    assert message.startswith("The delivery was refused and nothing was changed:\n")
    return message.partition("\n")[2]
