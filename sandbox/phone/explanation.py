"""Why the phone refused, in words: what the dialog never says."""

from sandbox.errors import Refusal
from sandbox.platform.journal import Diagnosis


def explain(refusal: Refusal) -> Diagnosis:
    """The row's cause and remedy with the facts of this case; the doctor's verdict among them comes first."""
    row, facts = refusal.row, refusal.facts
    likely = str(facts.get("likely", ""))
    diagnosis = Diagnosis(
        code=row.name,
        summary=likely or row.cause,
        summary_zh=str(facts.get("likely_zh", "")) or row.cause_zh,
        field=str(facts.get("field", "")),
        came=str(facts.get("came", "")),
        expected=str(facts.get("expected", "")),
        likely=(likely,) if likely else (),
        fix=row.fix,
        fix_zh=row.fix_zh,
    )
    verdict = facts.get("verdict")
    return diagnosis if verdict is None else diagnosis.refined(verdict)
