"""Why a request was refused: which field, what came, what was expected, and the likeliest mistake. Pure."""
