"""The control API: every verb with its arguments and its answer."""

from collections.abc import Iterator

import msgspec

from sandbox.app import verbs
from sandbox.cli.reference.markdown import code, default, kind, table
from sandbox.control.pages import PAGES

INTRODUCTION = """# Control API

Everything a person, a test or a script can do to a running sandbox, as JSON over HTTP below `/_sandbox/`. The
platform's own paths are beside it, at the root.

```console
$ curl -s http://127.0.0.1:8686/_sandbox/health
$ curl -s -X POST http://127.0.0.1:8686/_sandbox/login-codes
$ curl -s -X POST http://127.0.0.1:8686/_sandbox/clock/advance -H 'Content-Type: application/json' -d '{"by": "15s"}'
```

- `GET` and `DELETE` take their arguments in the query string, `POST` and `PATCH` as a JSON object
  (`Content-Type: application/json`). Arguments in `{braces}` stand in the path.
- The header `X-Sandbox-Tenant` says whose world is meant; without it, the tenant `default`.
- A call that cannot be done is answered 4xx with `{"error": {"code", "message"}}`; the message says what was expected,
  what came and what to do.
- On loopback no token is asked for. Bound to any other address, `serve` draws one (or takes `--token`), to be sent as
  `Authorization: Bearer TOKEN` or `X-Sandbox-Token: TOKEN`. Host names and page origins other than loopback need
  `--allow-host` and `--allow-origin`: no web page can drive a sandbox behind your back.
- Instants are milliseconds since the epoch, money is whole fen.
"""


def page() -> str:
    """The whole API, grouped by what it is about."""
    groups: dict[str, list[str]] = {}
    structs: dict[str, type[msgspec.Struct]] = {}
    for verb in verbs().values():
        fields = msgspec.structs.fields(verb.args)
        heads = ("argument", "is", "without it")
        cells = [(code(f.encode_name), kind(f.type), "needed" if f.required else default(f) or "–") for f in fields]
        text = f"### `{verb.method} /_sandbox{verb.path}`\n\n`{verb.name}` · {verb.summary}. · {verb.summary_zh}。\n"
        if fields:
            text += f"\n{_said(verb.args)}\n\n{table(heads, cells)}\n"
        text += f"\nAnswers {code(verb.result.__name__)}.\n"
        groups.setdefault(verb.name.partition(".")[0], []).append(text)
        structs[verb.result.__name__] = verb.result
        structs |= _inner(verb.result)
    parts = [INTRODUCTION]
    parts += [f"## {group}\n\n" + "\n".join(texts) for group, texts in sorted(groups.items())]
    parts.append("## Pages\n")
    parts.append(
        table(("path", "answers", "what"), [(code(f"GET /_sandbox{p.path}"), p.content_type, p.summary) for p in PAGES])
    )
    parts.append("\n## Answers\n")
    parts += _answers(structs)
    return "\n".join(parts)


def _answers(structs: dict[str, type[msgspec.Struct]]) -> Iterator[str]:
    for name, struct in sorted(structs.items()):
        cells = [(code(field.encode_name), kind(field.type)) for field in msgspec.structs.fields(struct)]
        yield f"### {name}\n\n{_said(struct)}\n\n{table(('key', 'is'), cells)}\n"


def _inner(struct: type[msgspec.Struct]) -> dict[str, type[msgspec.Struct]]:
    """The structs that an answer holds, however deep."""
    found: dict[str, type[msgspec.Struct]] = {}
    seen: list[object] = [field.type for field in msgspec.structs.fields(struct)]
    while seen:
        hint = seen.pop()
        seen += getattr(hint, "__args__", ())
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint.__name__ not in found:
            found[hint.__name__] = hint
            seen += [field.type for field in msgspec.structs.fields(hint)]
    return found


def _said(struct: type[msgspec.Struct]) -> str:
    return " ".join((struct.__doc__ or "").split())
