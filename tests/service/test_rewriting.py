from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.rewriting import formatting, migration, rewrite

BEFORE = "sections:\n    main:\n    - answer\n"
AFTER = "sections:\n  main:\n    - answer\n"


def test_files_and_folders_are_found_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/b.yaml", "c.yaml"):
        (tmp_path / name).write_text(BEFORE)
    (tmp_path / "notes.txt").write_text("x")
    done = list(rewrite([tmp_path, tmp_path / "c.yaml"], formatting()))
    assert [each.path.name for each in done] == ["b.yaml", "c.yaml", "c.yaml"]
    assert all(each.differs and each.new == AFTER for each in done)
    assert (tmp_path / "c.yaml").read_text() == BEFORE


def test_a_file_is_written_with_its_mode_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(BEFORE.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    (done,) = rewrite([path], formatting())
    done.write()
    assert path.read_bytes() == AFTER.replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["f.yaml"]
    (again,) = rewrite([path], formatting())
    assert not again.differs


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    path.write_text(BEFORE)
    link.symlink_to(path)
    (done,) = rewrite([link], formatting())
    done.write()
    assert link.is_symlink()
    assert path.read_text() == AFTER


def test_the_difference_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("flow: f\nsections: {}")
    (done,) = rewrite([path], migration())
    assert done.difference() == (
        f"--- {path}\n+++ {path}\n@@ -1,2 +1,3 @@\n+ivrkit: 1\n flow: f\n sections: {{}}\n"
    )


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    bad, broken = tmp_path / "bad.yaml", tmp_path / "broken.yaml"
    bad.write_bytes(b"a: \xff\n")
    broken.write_text("a: [\n")
    for each, code in zip(
        rewrite([bad, broken], formatting()), ("not-utf8", "yaml-syntax"), strict=True
    ):
        assert each.new is None
        assert f"error[{code}]" in each.mistakes()


def test_paths_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no"):
        list(rewrite([tmp_path / "x.yaml"], formatting()))
    with pytest.raises(ConfigurationError, match="holds no flow"):
        list(rewrite([tmp_path], formatting()))
