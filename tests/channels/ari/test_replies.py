from __future__ import annotations

import pytest

from ivrkit.channels.ari.generated.asterisk import Variable
from ivrkit.channels.ari.replies import Reply, refusal
from ivrkit.errors import CarrierError, ChannelGone


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"3"])
def test_an_error_without_words_of_its_own_has_its_reason(body: bytes) -> None:
    assert Reply(502, "Bad Gateway", body).message == "Bad Gateway"


def test_an_error_with_words() -> None:
    assert Reply(404, "Not Found", b'{"message": "Channel not found"}').message == (
        "Channel not found"
    )


@pytest.mark.parametrize("body", [b"", b"[]", b'{"value": 3}'])
def test_another_answer_than_asked_for_is_an_error(body: bytes) -> None:
    with pytest.raises(CarrierError, match="what was not asked"):
        Reply(200, "OK", body).read(Variable)


@pytest.mark.parametrize(("status", "gone"), [(404, True), (409, True), (412, False), (500, False)])
def test_which_refusals_mean_gone(status: int, gone: bool) -> None:
    error = refusal(Reply(status, "no", b""), "play")
    assert isinstance(error, ChannelGone) is gone
    assert "play" in str(error)
