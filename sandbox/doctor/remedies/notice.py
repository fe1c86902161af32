"""Verdicts on what the platform said and a merchant could not verify."""

from sandbox.doctor.remedies.remedy import Remedy

NOTICE = {
    "NOTIFY_HEADERS_LOST": Remedy(
        "Headers were lost on the way",
        "请求头在途中丢失",
        "Let the proxy, gateway or CDN before your server pass on every Wechatpay-* header; read them without regard to"
        " case.",
        "让服务器前面的代理、网关或CDN透传所有Wechatpay-*头；读取时不区分大小写。",
    ),
    "NOTIFY_BODY_CHANGED": Remedy(
        "The body was written anew",
        "报文主体被重新序列化",
        "Verify the bytes as they came, before any framework parses them: keep the raw body.",
        "在框架解析之前，对收到的原始字节验签：保留原始报文主体。",
    ),
    "NOTIFY_OTHER_SERIAL": Remedy(
        "Another platform key",
        "平台密钥不对",
        "Pick the platform certificate, or the public key, by Wechatpay-Serial; load new ones when a number is new.",
        "按Wechatpay-Serial选择平台证书或微信支付公钥；遇到新的序列号时重新获取。",
    ),
    "NOTIFY_FORGED": Remedy(
        "Not the platform's signature",
        "不是平台的签名",
        "Refuse it: answer 4xx or 5xx. If it is genuine, take care that the headers arrive unchanged.",
        "拒绝它：应答4xx或5xx。若确为平台报文，请检查请求头在途中是否被改动。",
    ),
    "NOTIFY_PROBE": Remedy(
        "A probe",
        "签名探测",
        "Nothing is wrong, as long as you refuse it: answer 4xx or 5xx, as to any signature that does not verify.",
        "只要拒绝它就没有问题：与任何验签失败一样，应答4xx或5xx。",
    ),
    "NOTIFY_RESOURCE_SEALED": Remedy(
        "The resource does not open",
        "resource无法解密",
        "Decrypt with the APIv3 key (not the API v2 key) as it was when the notification was made, with nonce and"
        " associated_data as they came.",
        "用通知产生时的APIv3密钥（不是v2的API密钥）解密，nonce与associated_data按收到的原样使用。",
    ),
}
