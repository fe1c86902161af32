"""The reference pages of docs/, written from the program itself: `python -m sandbox.cli.reference [FOLDER]`."""

from sandbox.cli.reference import commands, control, diagnoses, ledger, probes, settings, stories

NOTE = "<!-- Written by `python -m sandbox.cli.reference`; a test compares it with the program. -->"


def pages() -> dict[str, str]:
    """File name -> text, of every page that is not written by hand."""
    written = {
        "commands.md": commands.page(),
        "control-api.md": control.page(),
        "diagnoses.md": diagnoses.page(),
        "diagnoses.zh-CN.md": diagnoses.page_zh(),
        "fidelity.md": ledger.page(),
        "probes.md": probes.page(),
        "settings.md": settings.page(),
        "settings.zh-CN.md": settings.page_zh(),
        "stories.md": stories.page(),
    }
    return {name: f"{NOTE}\n\n{text.rstrip()}\n" for name, text in written.items()}
