"""What a merchant's self-test sends back (pay.weixin.qq.com/doc/v3/merchant/4015164042)."""

from sandbox.notifier.envelope import Told, sealed
from sandbox.notifier.letter import Letter, Writing


def echo_v3(writing: Writing) -> Letter | None:
    """SECURITY_ECHO.SUCCESS; None when the tenant was emptied meanwhile."""
    echo = writing.tx.echo(writing.delivery.subject)
    if echo is None:
        return None
    told = Told(
        event_type="SECURITY_ECHO.SUCCESS",
        original_type="security",
        summary="回调通知成功",
        created=echo.created,
        plain={"echo_message": echo.message} | ({"encrypt_echo_message": echo.sealed} if echo.sealed else {}),
    )
    return sealed(writing, told)
