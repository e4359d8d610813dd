from __future__ import annotations

from ivrkit.channels.ari.audio.parts import Parts, is_part, ours


def test_all_of_a_tap_is_known_by_its_name() -> None:
    parts = Parts.of("ivrkit-1", "c1.4.0")
    assert parts.channels == {parts.snoop, parts.media}
    for each in (parts.name, parts.snoop, parts.media):
        assert is_part(each)
        assert each.startswith(f"{ours('ivrkit-1')}c1.4.0:")


def test_no_id_comes_twice() -> None:
    assert Parts.of("ivrkit", "c1.4.0") != Parts.of("ivrkit", "c1.4.0")


def test_applications_with_names_alike_are_apart() -> None:
    assert not Parts.of("ivrkit-10", "c1").name.startswith(ours("ivrkit-1"))
    assert not Parts.of("ivrkit-1-2", "c1").name.startswith(ours("ivrkit-1"))


def test_a_call_is_none() -> None:
    assert not is_part("1761300000.42")
