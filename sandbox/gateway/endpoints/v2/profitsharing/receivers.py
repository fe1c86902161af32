"""添加分账接收方、删除分账接收方"""

import json

from sandbox.gateway.dialects.v2form import HmacForm
from sandbox.gateway.dialects.v3sharingform import NewReceiver, OldReceiver
from sandbox.gateway.forms import text
from sandbox.gateway.receivers import dismiss, introduce
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2sharing import DOING, as_v3, from_json, in_v2_words

SAMPLE = '{"type":"MERCHANT_ID","account":"1900000002","name":"示例商户","relation_type":"STORE"}'
SOURCE = "https://pay.weixin.qq.com/wiki/doc/api/allocation.php?chapter=27_3&index=4"


class Receiver(HmacForm):
    receiver: str = text("分账接收方", 2048, sample=SAMPLE)


@endpoint("v2", "POST /pay/profitsharingaddreceiver", Receiver, title="添加分账接收方", source=SOURCE, raises=DOING)
def profitsharingaddreceiver(call: Call, form: Receiver) -> Reply:
    """Make somebody known with whom may be shared; again is fine."""
    said = from_json("receiver", form.receiver, dict)
    with in_v2_words():
        introduce(call, as_v3(NewReceiver, {**_caller(form), **said}))
    return _echo({name: value for name, value in said.items() if name != "name"})


@endpoint("v2", "POST /pay/profitsharingremovereceiver", Receiver, title="删除分账接收方", source=SOURCE, raises=DOING)
def profitsharingremovereceiver(call: Call, form: Receiver) -> Reply:
    """Forget a receiver; one that is not there is fine."""
    said = from_json("receiver", form.receiver, dict)
    kept = {name: said[name] for name in ("type", "account") if name in said}
    with in_v2_words():
        dismiss(call, as_v3(OldReceiver, {**_caller(form), **kept}))
    return _echo(kept)


def _caller(form: Receiver) -> dict[str, str | None]:
    return {"sub_mchid": form.sub_mch_id, "appid": form.appid, "sub_appid": form.sub_appid}


def _echo(receiver: dict[str, str]) -> Reply:
    return Reply(body=(("receiver", json.dumps(receiver, ensure_ascii=False, separators=(",", ":"))),))
