from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from ivrkit.errors import HandoffError
from ivrkit.handoff import HandoffSettings, QueueSettings, WebhookSettings


def test_a_queue_is_called_the_same_unless_said() -> None:
    settings = HandoffSettings.model_validate(
        {"queues": {"service": {}, "cards": {"asterisk": "cc-2"}}}
    )
    assert settings.queue("service").asterisk == "service"
    assert settings.queue("cards").asterisk == "cc-2"
    with pytest.raises(HandoffError, match="no queue 'sales'"):
        settings.queue("sales")
    with pytest.raises(HandoffError) as caught:
        HandoffSettings().queue("sales")
    assert "ivrkit.yaml" in caught.value.hint


def test_durations_are_written_as_in_a_flow() -> None:
    queue = QueueSettings.model_validate({"timeout": "5m"})
    assert queue.timeout == timedelta(minutes=5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"asterisk": "a,b"},
        {"asterisk": "a b"},
        {"headers": ["a-b"]},
        {"headers": ["1a"]},
        {"headers": ["queue"]},
        {"headers": ["Status"]},
        {"headers": ["header_1_name"]},
        {"headers": [f"f{n}" for n in range(21)]},
        {"timeout": "soon"},
        {"timeout": "0s"},
        {"priority": -1},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QueueSettings.model_validate(wrong)


def test_a_field_that_would_shadow_the_dialplan_is_explained() -> None:
    with pytest.raises(ValidationError, match="IVRKIT_TICKET has a meaning of its own"):
        QueueSettings.model_validate({"headers": ["ticket"]})


@pytest.mark.parametrize(
    "wrong", [{"url": "pop"}, {"secret": "short"}, {"attempts": 0}, {"timeout": 0}]
)
def test_a_webhook_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    right = {"url": "https://crm.example/pop", "secret": "0123456789abcdef"}
    WebhookSettings.model_validate(right)
    with pytest.raises(ValidationError):
        WebhookSettings.model_validate({**right, **wrong})
