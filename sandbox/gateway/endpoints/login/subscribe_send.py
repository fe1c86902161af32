"""发送订阅消息"""

import re
from typing import Any

from sandbox.errors import Refusal, login
from sandbox.gateway import openids
from sandbox.gateway.dialects.loginform import TOKEN, TokenForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint

# What a value may look like by the kind in its key (thing1, amount2 …), from the documentation of subscribe messages.
KINDS = {
    "thing": r"[\s\S]{1,20}",
    "number": r"(?=.{1,32}$)-?\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": r"(?=.{1,64}$).*\d.*",
    "date": r"(?=.{1,64}$).*\d.*",
    "amount": r"[^\d\s]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d+*#() -]{1,17}",
    "car_number": r"[一-龥A-Za-z0-9]{1,8}",
    "name": r"[一-龥·]{1,10}|[^\u4e00-\u9fa5\d]{1,20}",
    "phrase": r"[一-龥]{1,5}",
    "enum": r"[\s\S]{1,32}",
}
STATES = ("developer", "trial", "formal")


class SubscribeSend(TokenForm):
    touser: str = text("接收者openid", missing=login.OPENID_MISSING_LOGIN)
    template_id: str = text("订阅模板id", missing=login.TEMPLATE_INVALID)
    page: str | None = text("点击后的跳转页面")
    miniprogram_state: str | None = text("跳转小程序类型", sample="formal")
    lang: str | None = text("语言类型", sample="zh_CN")


@endpoint(
    "login",
    "POST /cgi-bin/message/subscribe/send",
    SubscribeSend,
    name="login.subscribe_send",
    title="发送订阅消息",
    source="https://developers.weixin.qq.com/miniprogram/dev/server/API/mp-message-management/subscribe-message",
    raises=(
        *TOKEN, login.OPENID_MISSING_LOGIN, login.OPENID_INVALID_LOGIN, login.TEMPLATE_INVALID, login.PAGE_INVALID,
        login.ARGUMENT_INVALID, login.SUBSCRIBE_REFUSED, login.DAILY_QUOTA, login.API_UNAUTHORIZED,
    ),
)  # fmt: skip
def subscribe_send(call: Call, form: SubscribeSend) -> Reply:
    """Checks the message; the phone shows it from the journal. That success carries a msgid is unconfirmed."""
    assert call.app is not None
    user = openids.owner(call, form.touser, "touser")
    templates = call.app.templates
    if templates and form.template_id not in templates:
        raise Refusal(
            login.TEMPLATE_INVALID, field="template_id", came=form.template_id,
            expected=f"one of {', '.join(templates)}",
        )  # fmt: skip
    if form.page is not None and not re.fullmatch(r"[^/\s][^\s]*", form.page):
        raise Refusal(login.PAGE_INVALID, field="page", came=form.page, expected="a path without a leading slash")
    if form.miniprogram_state is not None and form.miniprogram_state not in STATES:
        raise _argument("miniprogram_state", form.miniprogram_state, " or ".join(STATES))
    _ensure_fits(call.body.get("data"))
    if user.refuses_messages:
        raise Refusal(login.SUBSCRIBE_REFUSED, field="touser", came=user.id, expected="a user who has agreed")
    number = call.tx.count("subscribe_message")
    msgid = int.from_bytes(call.ids.entropy("msgid", number)[:6])
    return Reply(body=(("errcode", 0), ("errmsg", "ok"), ("msgid", msgid)))


def _ensure_fits(data: Any) -> None:
    """Every value fits its kind. Raises Refusal naming the first that does not."""
    if not isinstance(data, dict) or not data:
        came = "a JSON string" if isinstance(data, str) else type(data).__name__
        raise _argument("data", came, 'an object such as {"thing1": {"value": "茶叶"}}')
    for key, item in data.items():
        kind = re.sub(r"\d+$", "", key)
        value = item.get("value") if isinstance(item, dict) else None
        if kind not in KINDS or isinstance(value, bool) or not isinstance(value, str | int | float):
            raise _argument(f"data.{key}.value", str(item), f'{{"value": …}} of a kind such as {", ".join(KINDS)}')
        if not re.fullmatch(KINDS[kind], str(value)):
            raise _argument(f"data.{key}.value", str(value), f"a {kind}: {KINDS[kind]}")


def _argument(argument: str, came: str, expected: str) -> Refusal:
    return Refusal(login.ARGUMENT_INVALID, argument=argument, field=argument, came=came, expected=expected)
