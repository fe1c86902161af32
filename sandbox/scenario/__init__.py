"""Stories about a merchant: YAML -> scenario -> verdict. Talks to a sandbox through its control API only."""
