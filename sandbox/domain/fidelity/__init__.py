"""The fidelity table: rules that a merchant can observe and that neither an error row nor a form's field can state.

Error rows carry their own source and confidence, endpoints their documentation page; together with these rules they
make the ledger. Sources are documentation pages and repositories; what was seen in answers of the real platform that
people have published is `observed`, without naming the people.
"""

from sandbox.domain.fidelity import money, people, v2, v3
from sandbox.domain.fidelity.rule import Rule

RULES: tuple[Rule, ...] = (*v2.RULES, *v3.RULES, *money.RULES, *people.RULES)
"""In the order in which a payment meets them."""

__all__ = ["RULES", "Rule"]
