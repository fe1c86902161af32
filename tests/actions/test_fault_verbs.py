"""What a form for rules is made of."""

from sandbox.actions.faults import FaultList, list_faults
from sandbox.actions.verb import NoArguments
from sandbox.app import Sandbox
from sandbox.platform.faults import faults
from sandbox.platform.moments import TAGS, Moment
from sandbox.platform.tenants import Tenant


async def test_every_moment_tag_and_fault_is_described_in_both_languages(box: Sandbox, tenant: Tenant) -> None:
    """With each fault's moments, and the schema of its arguments."""
    told = await list_faults.run(box.desk(tenant), NoArguments())
    assert isinstance(told, FaultList)
    assert [one.name for one in told.moments] == [moment.value for moment in Moment]
    assert {one.name for one in told.faults} == set(faults())
    assert told.tags == list(TAGS)
    assert all(one.about and one.about_zh != one.about for one in (*told.moments, *told.faults))
    by_name = {one.name: one for one in told.faults}
    assert by_name["repeat"].moments == ["notify.due"]
    assert by_name["repeat"].arguments["properties"]["times"] == {"type": "integer", "minimum": 1, "maximum": 100}
    assert by_name["repeat"].arguments["required"] == ["times"]
    assert by_name["drop"].arguments["properties"] == {}
