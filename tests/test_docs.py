"""The docs say what the program does: generated pages are fresh, nothing is left out, commands and links work."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from test_architecture import ROOMS

from merchant_demo.flaws import FLAWS
from sandbox import __version__
from sandbox.app import catalogue, verbs
from sandbox.cli import COMMANDS, main
from sandbox.cli.reference import pages, settings
from sandbox.cli.reference.commands import commands
from sandbox.cli.scenario import vocabulary
from sandbox.control.pages import PAGES
from sandbox.control.routes import Routes
from sandbox.domain.fidelity import RULES
from sandbox.errors import find
from sandbox.notifier.composers import COMPOSERS
from sandbox.platform.faults import faults
from sandbox.platform.moments import Moment
from sandbox.scenario import loader, shelf

ROOT = Path(__file__).parent.parent
FILES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {file.relative_to(ROOT).as_posix(): file.read_text() for file in FILES}
TRANSLATED = (
    "README",
    "docs/console",
    "docs/getting-started",
    "docs/phone",
    "docs/sdks",
    "docs/doors",
    "docs/scenarios",
    "docs/audit",
    "docs/testing",
)
GENERATED = pages()

CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FORBIDDEN = re.compile(
    r"/work\b|\bissue #?\d|(?<![\w/&])#\d{1,4}\b|\bsession \d|"
    r"pypi\.org|pythonhosted|npmjs|proxy\.golang|repo1?\.maven|packagist",
    re.IGNORECASE,
)
VARIABLE = re.compile(r"\"((?:WECHATPAY_SANDBOX|SANDBOX|SHOP)_[A-Z0-9_]*[A-Z0-9])\"")


def typed(text: str) -> Iterator[str]:
    """The commands in the console blocks of a page, continuation lines joined, comments and trailing & cut."""
    for block in CONSOLE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                yield line[2:].split("  #")[0].removesuffix("&").strip()


TYPED = [(page, command) for page, text in TEXTS.items() for command in typed(text)]
TYPED += [
    (page, command)
    for page in ("README.md", "README.zh-CN.md")
    for command in re.findall(r"`(wechatpay-sandbox [^`]+)`", TEXTS[page])
]


@pytest.mark.parametrize("name", GENERATED)
def test_generated_pages_are_fresh(name: str) -> None:
    """What the generator would write is what is there."""
    there = TEXTS.get(f"docs/{name}", "")

    assert there == GENERATED[name], f"docs/{name} is out of date: run `make docs`"


def test_every_command_and_option_is_described() -> None:
    """The command page has a heading for each command, and each option with its help."""
    page = TEXTS["docs/commands.md"]
    for names, command in commands():
        assert f"`{' '.join(names)} " in page or names == ("wechatpay-sandbox",)
        for option in (param for param in command.params if isinstance(param, click.Option)):
            assert option.opts[0] in page
            assert option.help or option.hidden, f"{' '.join(names)} {option.opts[0]} has no help"


def test_every_setting_is_accounted_for() -> None:
    """A setting stands on both its pages, and a rule of the ledger says in both languages what it changes."""
    covered = {name for rule in RULES for name in rule.settings}

    assert covered == set(settings.names())
    assert [rule.id for rule in RULES if rule.settings and not rule.what_zh] == []
    for name in settings.names():
        assert f"`{name}`" in TEXTS["docs/settings.md"]
        assert f"`{name}`" in TEXTS["docs/settings.zh-CN.md"]


@pytest.mark.parametrize("page", ["docs/scenarios.md", "docs/scenarios.zh-CN.md"])
def test_faults_and_moments_are_described(page: str) -> None:
    """Whoever writes a rule finds every fault, every moment and every event that is told of."""
    for name in (*faults(), *Moment, *(event for event, _ in COMPOSERS)):
        assert f"`{name}" in TEXTS[page]


def test_every_verb_and_story_is_listed() -> None:
    """The control API's page has all verbs, the stories' page all stories with their controls."""
    for name, verb in verbs().items():
        assert f"`{name}`" in TEXTS["docs/control-api.md"]
        assert f"`{verb.method} /_sandbox{verb.path}`" in TEXTS["docs/control-api.md"]
    for file in shelf.shipped():
        assert f"`{file.stem}`" in TEXTS["docs/stories.md"]


@pytest.mark.parametrize("page", ["docs/getting-started.md", "docs/getting-started.zh-CN.md"])
def test_every_flaw_is_described(page: str) -> None:
    """In the shop's own words, in the page's language."""
    for flaw in FLAWS.values():
        assert f"| `{flaw.name}` | {flaw.zh if 'zh' in page else flaw.en} |" in TEXTS[page]


def test_every_variable_is_documented() -> None:
    """What the code reads or sets in the environment appears in the docs."""
    text = "\n".join(TEXTS.values())
    code = "\n".join(
        file.read_text()
        for package in ("sandbox", "merchant_demo")
        for file in (ROOT / package).rglob("*.py")
        if "reference" not in file.parts
    )
    declared = {
        str(param.envvar) for _, command in commands() for param in command.params if isinstance(param.envvar, str)
    }
    found = {*VARIABLE.findall(code), *declared}

    assert {name for name in found if name not in text} == set()


@pytest.mark.parametrize("page", TEXTS)
def test_links_lead_somewhere(page: str) -> None:
    """Relative links name files that are there, and headings that are in them."""
    for target in LINK.findall(TEXTS[page]):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        file = ((ROOT / page).parent / name).resolve() if name else ROOT / page
        assert file.exists(), f"{page} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{page} links to {target}, there are {sorted(slugs)}"


@pytest.mark.parametrize("page", TEXTS)
def test_nothing_of_the_workshop_shows(page: str) -> None:
    """No issue numbers, no paths of the workplace, no package registry's host."""
    assert FORBIDDEN.findall(TEXTS[page]) == []


@pytest.mark.parametrize(("page", "command"), TYPED, ids=[f"{page}: {command}"[:80] for page, command in TYPED])
def test_commands_in_the_docs_exist(page: str, command: str) -> None:
    """Programs, targets, subcommands, options, stories, endpoints, codes and URLs are real ones."""
    program, *words = command.replace("'", " ").split()
    if program == "make":
        assert re.search(rf"^{words[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    elif program == "wechatpay-sandbox":
        _ensure_typed_rightly(words)
    elif program.endswith("python"):
        assert words[0] == "-m"
        assert (ROOT / words[1].replace(".", "/") / "__main__.py").exists()
        assert words[1] != "merchant_demo" or set(words[3:]) <= set(FLAWS)
    elif program == "curl":
        _ensure_a_verb_answers(words)
    else:
        assert program == "."


@pytest.mark.parametrize("page", TRANSLATED)
def test_both_languages_type_the_same(page: str) -> None:
    """A translation has the same commands and the same code, comments apart."""
    english, chinese = TEXTS[f"{page}.md"], TEXTS[f"{page}.zh-CN.md"]

    assert list(typed(english)) == list(typed(chinese))


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "docs/scenarios.md", "docs/scenarios.zh-CN.md"])
def test_stories_in_the_docs_can_be_told(page: str, tmp_path: Path) -> None:
    """Every complete story in a YAML block is accepted by the loader."""
    blocks = [block for block in re.findall(r"```yaml\n(.*?)```", TEXTS[page], re.DOTALL) if "story:" in block]
    assert blocks
    for block in blocks:
        file = tmp_path / f"{yaml.safe_load(block)['name']}.yaml"
        file.write_text(block)
        assert loader.load(file, vocabulary()).story


def test_the_architecture_page_draws_the_real_arrows() -> None:
    """The table of rooms is the plan that the architecture test enforces."""
    rows = re.findall(r"^\| `(\w+)` \| .+? \| ([^|]+) \|$", TEXTS["ARCHITECTURE.md"], re.MULTILINE)
    drawn = {room: {word.strip() for word in seen.split(",")} - {"–"} for room, seen in rows}

    assert drawn == {room: seen for room, seen in ROOMS.items() if room != "__main__"}


def test_the_ledger_names_real_tests() -> None:
    """A rule names a test file that exists, or none yet; no two rules share an id."""
    assert [rule.id for rule in RULES if rule.test and not (ROOT / rule.test).is_file()] == []
    assert len({rule.id for rule in RULES}) == len(RULES)
    for test in set(re.findall(r"`(tests/[\w/]+\.py)`", TEXTS["docs/fidelity.md"])):
        assert (ROOT / test).exists(), test


FAMILIES = (
    r"/pay/(unifiedorder|transactions/jsapi)",
    r"/combine-transactions/",
    r"/(micropay|codepay)",
    r"/refund",
    r"/(downloadbill|fundflowbill)",
    r"/(promotion/transfers|transfer-bills)",
    r"redpack",
    r"profitsharing",
    r"/certificates",
    r"/papay/",
    r"/(sandboxnew|xdc)/",
    r"(coupon|favor|payscore|complaint|applyment)",
)
"""What the paths of each row in the README's table of what is there have in common."""


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_what_is_there_is_there(page: str) -> None:
    """A ✓ in the table stands for endpoints that exist, an empty cell or a dash for none."""
    rows = re.findall(r"^\| ([^|]+) \| (✓|–|)\s?\| (✓|–|)\s?\|$", TEXTS[page], re.MULTILINE)
    assert len(rows) == len(FAMILIES)
    for (family, *cells), pattern in zip(rows, FAMILIES, strict=True):
        for dialect, cell in zip(("v2", "v3"), cells, strict=True):
            there = any(found.dialect == dialect and re.search(pattern, found.path) for found in catalogue())
            assert (cell == "✓") == there, f"{page}: {family}, {dialect}"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_has_the_matrix(page: str) -> None:
    """What `make sdk MATRIX=docs/sdk-matrix.md` wrote last is what a reader sees first."""
    tables = re.findall(r"(?:^\|.+\n)+", TEXTS["docs/sdk-matrix.md"], re.MULTILINE)

    assert len(tables) == 2, "docs/sdk-matrix.md has a table for APIv3 and one for API v2"
    for table in tables:
        assert table in TEXTS[page], f"copy the tables of docs/sdk-matrix.md into {page}"


def test_the_changelog_knows_the_version() -> None:
    """The version in the code is the newest one it tells of."""
    assert __version__ in TEXTS["CHANGELOG.md"]
    assert set(COMMANDS) <= set(re.findall(r"`(\w+)`", TEXTS["CHANGELOG.md"]))


def _ensure_typed_rightly(words: list[str]) -> None:
    command: click.Command = main
    names: list[str] = []
    context = click.Context(main)
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words[0])
        assert found is not None, f"no command {' '.join([*names, words[0]])}"
        command, names, words = found, [*names, words[0]], words[1:]
    words = words[: words.index("--")] if "--" in words else words  # what follows is another program
    options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}
    assert [word for word in words if word.startswith("-") and word not in options] == []
    plain = [word for word in words if not word.startswith("-")]
    if names == ["scenario", "run"] and "--merchant" not in words:
        plain = plain[: plain.index("NAME")] if "NAME" in plain else plain
        known = {name for file in shelf.shipped() for name in (file.stem, shelf.group(file))}
        assert {word for word in plain if not word.endswith((".yaml", "/"))} <= known
    elif names == ["endpoints"]:
        assert set(plain) <= set(catalogue().by_name)
    elif names == ["errors"] and "--code" in words:
        assert find(plain[0], "v2")
    elif names == ["rules", "add"]:
        assert plain[0] in set(Moment)
        assert plain[1] in faults()


def _ensure_a_verb_answers(words: list[str]) -> None:
    url = next(word for word in words if word.startswith("http://127.0.0.1:8686/_sandbox"))
    path = url.removeprefix("http://127.0.0.1:8686/_sandbox")
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    if path in {page.path for page in PAGES}:
        assert method == "GET"
    else:
        at_path, _ = Routes(verbs().values()).find(path)
        assert method in at_path
