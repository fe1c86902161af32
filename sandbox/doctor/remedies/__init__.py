"""What each verdict means and what to change: the table from which the page of diagnoses is written, too."""

from sandbox.doctor.mistake import Finding
from sandbox.doctor.remedies.launch import LAUNCH
from sandbox.doctor.remedies.notice import NOTICE
from sandbox.doctor.remedies.remedy import Remedy
from sandbox.doctor.remedies.v2 import V2
from sandbox.doctor.remedies.v3 import V3

PAGE = "docs/diagnoses.md"
FAMILIES = (("v2", V2), ("launch", LAUNCH), ("v3", V3), ("notice", NOTICE))
REMEDIES = {**V2, **LAUNCH, **V3, **NOTICE}


def fix(finding: Finding) -> str:
    """What to change, in English."""
    return " ".join(dict.fromkeys(REMEDIES[mistake.code].fix for mistake in finding.mistakes))


def fix_zh(finding: Finding) -> str:
    """What to change, in Chinese."""
    return "".join(dict.fromkeys(REMEDIES[mistake.code].fix_zh for mistake in finding.mistakes))


def docs(finding: Finding) -> str:
    """Where the first of its rules is explained."""
    return f"{PAGE}#{finding.mistakes[0].code.lower()}"


__all__ = ["FAMILIES", "PAGE", "REMEDIES", "Remedy", "docs", "fix", "fix_zh"]
