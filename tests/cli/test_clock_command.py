"""`clock`: a tenant's time in the shell."""

from shell import Shell


def test_the_clock_is_read_and_moved(shell: Shell) -> None:
    """A pending notification is what is due next; moving on fires it."""
    shell.order("T1")
    shell.typed("pay", "T1")
    before = shell.json("clock", "read")

    assert "(virtual)" in shell.typed("clock", "read").output
    moved = shell.json("clock", "advance", "1m")
    assert moved["now"] == before["now"] + 60_000
    assert moved["fired"] >= 3


def test_draining_leaves_nothing(shell: Shell) -> None:
    """After the last rung nothing is due."""
    shell.order("T1")
    shell.typed("pay", "T1")

    assert "timers fired on the way" in shell.typed("clock", "drain").output
    assert "nothing is due" in shell.typed("clock", "read").output
    assert shell.json("notify", "list")["notifications"][0]["state"] == "given-up"


def test_a_span_that_is_none_says_what_is_one(shell: Shell) -> None:
    """Exit code 2."""
    result = shell.typed("clock", "advance", "soon")

    assert result.exit_code == 2
    assert "24h4m" in result.stderr


def test_a_real_clock_cannot_be_moved(shell: Shell) -> None:
    """The default tenant's is real; the message says so."""
    shell.tenant = {**shell.tenant, "id": "default"}

    result = shell.typed("clock", "advance", "1m")

    assert result.exit_code == 2
    assert "virtual" in result.stderr
