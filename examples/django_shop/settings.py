"""The shop's settings; WECHATPAY is who it is over there, and in tests, where."""

import os

ROOT_URLCONF = "django_shop.shop"
ALLOWED_HOSTS = ["127.0.0.1"]
SECRET_KEY = "of no use here"
WECHATPAY = {
    "mchid": os.environ.get("WECHATPAY_MCHID", ""),
    "private_key": os.environ.get("WECHATPAY_KEY", ""),
    "cert_serial_no": os.environ.get("WECHATPAY_SERIAL", ""),
    "appid": os.environ.get("WECHATPAY_APPID", ""),
    "apiv3_key": os.environ.get("WECHATPAY_APIV3_KEY", ""),
    "public_key": os.environ.get("WECHATPAY_PUBLIC_KEY", ""),
    "public_key_id": os.environ.get("WECHATPAY_PUBLIC_KEY_ID", ""),
}
WECHATPAY_PLATFORM = "https://api.mch.weixin.qq.com"
