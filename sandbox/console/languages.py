"""Which of our two languages a browser wants. Pure."""

LANGUAGES = ("zh", "en")


def language(asked: str, accepted: str) -> str:
    """The one asked for, else the first that `Accept-Language` names, else Chinese."""
    if asked in LANGUAGES:
        return asked
    for part in accepted.split(","):
        name = part.partition(";")[0].strip().lower()[:2]
        if name in LANGUAGES:
            return name
    return LANGUAGES[0]
