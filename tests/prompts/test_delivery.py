from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivrkit.call.prompt import Media
from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.delivery import FolderDelivery, HttpDelivery

KEY = b"0123456789abcdef"
NAME = "static/ab/abcdef.wav"
Client = TestClient[web.Request, web.Application]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def media(tmp_path: Path) -> Media:
    path = tmp_path / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(audio.silence(0.5))
    return Media(path, 0.5, "")


@pytest.fixture
def delivery(tmp_path: Path, clock: Clock) -> HttpDelivery:
    return HttpDelivery(tmp_path, "http://engine:8080/media/", KEY, clock=clock)


@pytest.fixture
async def client(delivery: HttpDelivery) -> AsyncIterator[Client]:
    application = web.Application()
    application.add_routes(delivery.routes())
    async with TestClient(TestServer(application)) as made:
        yield made


def path_of(delivery: HttpDelivery, media: Media) -> str:
    return delivery.uri(media).removeprefix("sound:http://engine:8080")


def test_a_folder_is_named_as_asterisk_sees_it(tmp_path: Path, media: Media) -> None:
    assert FolderDelivery(tmp_path).uri(media) == f"sound:{tmp_path}/static/ab/abcdef"
    assert FolderDelivery(tmp_path, "/mnt/prompts/").uri(media) == (
        "sound:/mnt/prompts/static/ab/abcdef"
    )


@pytest.mark.parametrize("name", ["other/x.wav", "static/../x.wav", "static/.x.wav", "x.wav",
                                  "static/x.txt", "static/a b.wav"])  # fmt: skip
def test_only_the_cache_is_delivered(tmp_path: Path, delivery: HttpDelivery, name: str) -> None:
    for each in (FolderDelivery(tmp_path), delivery):
        with pytest.raises(PromptError, match="not in the prompt cache"):
            each.uri(Media(tmp_path / name, 1.0))
        with pytest.raises(PromptError, match="not in the prompt cache"):
            each.uri(Media(Path("/etc/static/x.wav"), 1.0))


async def test_a_signed_address_gives_the_file(
    delivery: HttpDelivery, client: Client, media: Media
) -> None:
    answer = await client.get(path_of(delivery, media))
    assert answer.status == 200
    assert await answer.read() == media.path.read_bytes()
    assert answer.content_type == "audio/wav"
    assert answer.headers["Cache-Control"] == "max-age=3600"


async def test_sounds_of_a_call_are_not_to_be_kept(
    delivery: HttpDelivery, client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "own" / "0123" / "private" / "x.wav"
    path.parent.mkdir(parents=True)
    path.write_bytes(audio.silence(0.1))
    answer = await client.get(path_of(delivery, Media(path, 0.1)))
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_ends_with_the_format_and_stays_the_same_for_a_while(
    delivery: HttpDelivery, media: Media, clock: Clock
) -> None:
    first = delivery.uri(media)
    assert first.endswith("/static/ab/abcdef.wav")
    clock.now += 100
    assert delivery.uri(media) == first
    clock.now += 3600
    assert delivery.uri(media) != first


async def test_an_expired_address_is_refused(
    delivery: HttpDelivery, client: Client, media: Media, clock: Clock
) -> None:
    path = path_of(delivery, media)
    clock.now += 3600
    assert (await client.get(path)).status == 200
    clock.now += 3601
    assert (await client.get(path)).status == 403


async def test_an_altered_address_is_refused(
    delivery: HttpDelivery, client: Client, media: Media, tmp_path: Path
) -> None:
    (tmp_path / "static" / "ab" / "other.wav").write_bytes(b"x")
    path = path_of(delivery, media)
    signed, _, name = path.removeprefix("/media/").partition("/")
    expiry, _, signature = signed.partition("-")
    later = f"/media/{int(expiry) + 1}-{signature}/{name}"
    flipped = "0" if signature[0] != "0" else "1"
    forged = f"/media/{expiry}-{flipped}{signature[1:]}/{name}"
    other = path.replace("abcdef.wav", "other.wav")
    for altered in (later, forged, other):
        assert (await client.get(altered)).status == 403


async def test_even_a_signed_name_leads_nowhere_else(
    delivery: HttpDelivery, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "secret.wav").write_bytes(b"x")
    for name in ("secret.wav", "static/%2e%2e/secret.wav", "own/x.lock"):
        signature = delivery._signature(2_000_000, name.replace("%2e", "."))
        answer = await client.get(f"/media/2000000-{signature}/{name}")
        assert answer.status in (403, 404)


async def test_a_file_that_has_gone_is_not_found(
    delivery: HttpDelivery, client: Client, media: Media
) -> None:
    path = path_of(delivery, media)
    media.path.unlink()
    assert (await client.get(path)).status == 404


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        HttpDelivery(tmp_path, "http://x", b"short")
