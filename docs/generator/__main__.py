"""``python -m docs.generator``: write the generated pages."""

from __future__ import annotations

from docs.generator.pages import DOCS, pages


def main() -> None:
    """Write every page that has changed."""
    for name, text in pages().items():
        path = DOCS / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote {path.relative_to(DOCS.parent)}")


main()
