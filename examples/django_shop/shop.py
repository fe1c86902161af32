"""The shop: a Native order whose QR code is on the page, the notification, a refund."""

import json
import time
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from wechatpayv3 import WeChatPay, WeChatPayType

PRICE = 199
orders: dict[str, str] = {}  # number -> unpaid, paid, refunding, refunded


def wechatpay() -> WeChatPay:
    """The SDK, as the settings have it."""
    client = WeChatPay(WeChatPayType.NATIVE, **settings.WECHATPAY)
    client._core._gate_way = settings.WECHATPAY_PLATFORM  # it has no other way to be told
    return client


@csrf_exempt
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Buy a tea: the answer is what the page shows as a QR code."""
    number, notify_url = uuid4().hex, request.build_absolute_uri("/notify")
    code, text = wechatpay().pay("茶叶", number, {"total": PRICE}, notify_url=notify_url)
    if code != 200:
        return JsonResponse({"error": json.loads(text)["code"]}, status=502)
    orders[number] = "unpaid"
    return JsonResponse({"out_trade_no": number, "code_url": json.loads(text)["code_url"]})


def status(request: HttpRequest, number: str) -> HttpResponse:
    """What the page shows."""
    return JsonResponse({"status": orders[number]})


@csrf_exempt
@require_POST
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """All of it; it is refunded when the platform says so, not before."""
    amount, notify_url = {"refund": PRICE, "total": PRICE, "currency": "CNY"}, request.build_absolute_uri("/notify")
    code, text = wechatpay().refund(f"{number}R", amount, out_trade_no=number, notify_url=notify_url)
    if code != 200:
        return JsonResponse({"error": json.loads(text)["code"]}, status=409)
    orders[number] = "refunding"
    return JsonResponse({"status": orders[number]})


@csrf_exempt
@require_POST
def notify(request: HttpRequest) -> HttpResponse:
    """The platform tells of a payment or a refund; what it did not sign, or long ago, is refused."""
    fresh = abs(time.time() - int(request.headers["Wechatpay-Timestamp"])) < 300  # the SDK leaves that to us
    told = wechatpay().callback(request.META, request.body)
    if told is None or not fresh:
        return JsonResponse({"code": "FAIL", "message": "签名错误"}, status=401)
    number, event = told["resource"]["out_trade_no"], told["event_type"]
    if event == "TRANSACTION.SUCCESS" and told["resource"]["amount"]["total"] == PRICE and orders[number] == "unpaid":
        orders[number] = "paid"
    elif event == "REFUND.SUCCESS":
        orders[number] = "refunded"
    return HttpResponse(status=204)


urlpatterns = [
    path("orders", order),
    path("orders/<number>", status),
    path("orders/<number>/refund", refund),
    path("notify", notify),
]
