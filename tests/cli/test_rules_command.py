"""`rules`: faults in the shell."""

from shell import Shell


def test_a_rule_comes_into_force_and_goes(shell: Shell) -> None:
    """It is listed with its counts, and the gateway obeys it."""
    added = shell.json(
        *("rules", "add", "request.verified", "fail", "problem=SYSTEM_ERROR"),
        *("--only", "endpoint=v2.unifiedorder", "--times", "2"),
    )
    assert shell.order("T1")["err_code"] == "SYSTEMERROR"

    (listed,) = shell.json("rules", "list")["rules"]
    assert (listed["id"], listed["fired"], listed["times"]) == (added["id"], 1, 2)
    assert listed["only"] == {"endpoint": "v2.unifiedorder"}
    assert "request.verified" in shell.typed("rules", "list").output

    assert shell.typed("rules", "drop", added["id"]).exit_code == 0
    assert shell.order("T1")["result_code"] == "SUCCESS"
    assert "nothing goes wrong by itself" in shell.typed("rules", "list").output


def test_arguments_have_their_types(shell: Shell) -> None:
    """A number is a number, a word is a word."""
    added = shell.json("rules", "add", "request.received", "status", "code=503", "--after", "1", "--chance", "0.5")

    assert added["do"] == {"status": {"code": 503}}
    assert (added["after"], added["chance"]) == (1, 0.5)


def test_wrong_rules_are_refused(shell: Shell) -> None:
    """A misspelt fault gets the nearest name; an argument without a value is wrong usage."""
    misspelt = shell.typed("rules", "add", "notify.due", "dropp")
    lacking = shell.typed("rules", "add", "notify.due", "drop", "--only", "endpoint")

    assert (misspelt.exit_code, lacking.exit_code) == (2, 2)
    assert "drop" in misspelt.stderr
    assert "expected TAG=VALUE, came 'endpoint'" in lacking.stderr
