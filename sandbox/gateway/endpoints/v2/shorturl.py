"""转换短链接"""

from sandbox.errors import pay
from sandbox.gateway.dialects.v2form import Manner, V2Form
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.protocol import identifiers


class ShortUrl(V2Form):
    manner = Manner(encoded="long_url")

    long_url: str = text("URL链接", 512, pattern=r"weixin.+", sample="weixin://wxpay/bizpayurl?pr=abcdefghi")


@endpoint(
    "v2",
    "POST /tools/shorturl",
    ShortUrl,
    title="转换短链接",
    source="https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=9_9",
    raises=(pay.SYSTEM_ERROR, pay.FREQUENCY_LIMITED),
)
def shorturl(call: Call, form: ShortUrl) -> Reply:
    """A short link for a QR code; it is signed raw and sent URL-encoded, or raw."""
    long = call.fields["long_url"]
    short = identifiers.short_url(call.ids.entropy("short_url", form.mch_id, long))
    call.tx.put_short_url(short, long)
    return Reply(body=(("short_url", short),))
