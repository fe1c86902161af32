"""Mistakes with the key of a v2 signature: another one, a damaged one, none, or one appended in the wrong way."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sandbox.doctor.mistake import Mistake
from sandbox.doctor.v2draft import Draft, Step, with_key, with_tail


class Candidate(NamedTuple):
    """A key that a merchant might have used, and whose it is."""

    owner: str  # "the previous API key of 1900000001"
    owner_zh: str
    key: str


TAILS = (
    ("SIGN_WITHOUT_KEY", "", "no &key= was appended to the string that was signed", "待签名串末尾没有拼接&key=密钥"),
    ("SIGN_KEY_JOINED", "{key}", "the key was appended without &key= before it", "密钥前没有写&key="),
    ("SIGN_KEY_JOINED", "key={key}", "the & before key= was left out", "key=前缺少&"),
    ("SIGN_KEY_JOINED", "&{key}", "the key was appended with & but without key=", "密钥前只写了&，缺少key="),
    ("SIGN_KEY_JOINED", "&&key={key}", "&& stood before key=: one too many", "key=前多了一个&"),
    ("SIGN_KEY_JOINED", "&KEY={key}", "&KEY= was written in capitals", "&key=写成了大写的&KEY="),
    ("SIGN_KEY_JOINED", "&key={key}&", "an & followed the key", "密钥后面多了&"),
    ("SIGN_KEY_JOINED", "&secret={key}", "the key was appended as &secret=", "密钥拼接成了&secret="),
)


def key_mistakes(key: str, others: Iterable[Candidate]) -> Iterator[Mistake[Draft]]:
    """The likeliest first."""
    for other in others:
        yield Mistake(
            "SIGN_OTHER_KEY", Step.KEY, f"signed with {other.owner}, not with the API key in force",
            f"签名用的是{other.owner_zh}，而不是当前生效的API密钥",
            with_key(other.key),
        )  # fmt: skip
    for around in (f"{key}\n", f"{key} ", f" {key}", f"{key}\r\n", f"\ufeff{key}", f"{key}\t", f"\n{key}", key.strip()):
        yield Mistake(
            "SIGN_KEY_BLANKS", Step.KEY, "the key was used with a blank or newline around it", "密钥首尾多了空格或换行",
            with_key(around),
        )  # fmt: skip
    for code, tail, text, text_zh in TAILS:
        yield Mistake(code, Step.TAIL, text, text_zh, with_tail(tail))
    for changed in (key.lower(), key.upper()):
        yield Mistake(
            "SIGN_KEY_CASE", Step.KEY, "the key was used in other case: it is case-sensitive", "密钥的大小写被改变了",
            with_key(changed),
        )  # fmt: skip
    for nothing in ("", "null", "None", "undefined"):
        yield Mistake(
            "SIGN_KEY_UNSET", Step.KEY, f"the key was {nothing or 'empty'}: the program has not read its configuration",
            f"密钥为{nothing or '空'}：程序没有读到配置", with_key(nothing),
        )  # fmt: skip
    yield Mistake(
        "SIGN_KEY_SORTED", Step.TAIL, "key was sorted among the fields: it is appended after them",
        "key参与了排序，应拼接在最后", _sorted_in,
    )  # fmt: skip


def _sorted_in(draft: Draft) -> Draft:
    pairs = (*draft.text.pairs, ("key", draft.key))
    return draft._replace(text=draft.text._replace(pairs=pairs), tail="")
