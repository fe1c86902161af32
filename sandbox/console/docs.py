"""The project's own documentation as the console shows it: Markdown in, a tree of a few harmless elements out."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec

_INSTALLED = Path(__file__).parent / "shipped"
_CHECKOUT = Path(__file__).parents[2] / "docs"
FIRST = ("getting-started", "console")
CHINESE = ".zh-CN"
PICTURES = ("svg", "png", "jpg", "webp")

_NOTE = re.compile(r"\A<!--.*?-->\s*", re.DOTALL)
_NAME = re.compile(r"[a-z0-9-]+").fullmatch
_PICTURE = re.compile(rf"(?:[a-z0-9-]+/)?[a-zA-Z0-9_-]+\.(?:{'|'.join(PICTURES)})").fullmatch
_PAGE = re.compile(r"(?P<name>[a-z0-9-]+?)(?:\.zh-CN)?\.md(?:#(?P<anchor>.*))?").fullmatch

Node = str | tuple[str, dict[str, str], list[Any]]
"""Text, or an element: its tag, attributes and children."""


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """A page in the table of contents; `title_zh` is empty where there is no translation."""

    name: str
    title: str
    title_zh: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page's elements in `lang`, which is English where there is no translation."""

    name: str
    lang: str
    nodes: list[Node]


def contents() -> list[Heading]:
    """Every page, where to begin first."""
    names = sorted({file.name.partition(".")[0] for file in _folder().glob("*.md")})
    names.sort(key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    return [Heading(name=name, title=_title(name, ""), title_zh=_title(name, CHINESE)) for name in names]


@lru_cache(maxsize=64)
def page(name: str, lang: str) -> Page | None:
    """A page by its name; None for what is none. The largest takes half a second."""
    for spoken, suffix in (("zh", CHINESE), ("en", ""))[0 if lang == "zh" else 1 :]:
        file = _folder() / f"{name}{suffix}.md"
        if _NAME(name) and file.is_file():
            return Page(name=name, lang=spoken, nodes=_nodes(name, _NOTE.sub("", file.read_text(encoding="utf-8"))))
    return None


def picture(name: str) -> Path | None:
    """A picture's file; None for what is none."""
    file = _folder() / name
    return file if _PICTURE(name) and file.is_file() else None


def _folder() -> Path:
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


def _title(name: str, suffix: str) -> str:
    file = _folder() / f"{name}{suffix}.md"
    if not file.is_file():
        return ""
    found = re.search(r"^# (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else name


def _nodes(name: str, text: str) -> list[Node]:
    # Imported when somebody reads: a sandbox in CI never shows a page.
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return list(_shown(name, SyntaxTreeNode(parser.parse(text)).children))


def _shown(name: str, nodes: Any) -> Iterator[Node]:
    for node in nodes:
        match node.type:
            case "text":
                yield node.content
            case "softbreak":
                yield "\n"
            case "code_inline":
                yield "code", {}, [node.content]
            case "fence" | "code_block":
                yield "pre", {}, [node.content]
            case "image":
                yield "img", {"src": f"docs/{node.attrs['src']}", "alt": node.content}, []
            case "heading":
                children = list(_shown(name, node.children))
                yield node.tag, {"id": slug("".join(_texts(children)))}, children
            case "link":
                href = _href(name, unquote(str(node.attrs["href"])))
                children = list(_shown(name, node.children))
                yield from [("a", {"href": href}, children)] if href else children
            case _ if node.tag and not node.hidden:
                yield node.tag, {}, list(_shown(name, node.children))
            case _:
                yield from _shown(name, node.children)


def slug(heading: str) -> str:
    """What a link to a heading says behind the hash."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _texts(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        else:
            yield from _texts(node[2])


def _href(name: str, target: str) -> str:
    """Where a link leads from within the console; nowhere for what is not shipped."""
    if target.startswith("#"):
        return f"#/docs/{name}/{target[1:]}"
    if found := _PAGE(target):
        return f"#/docs/{found['name']}" + (f"/{found['anchor']}" if found["anchor"] else "")
    return target if target.startswith(("https://", "http://")) else ""
