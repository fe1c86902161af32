"""Verdicts on APIv3 signatures."""

from sandbox.doctor.remedies.remedy import Remedy

V3 = {
    "V3_UNKNOWN_KEY": Remedy(
        "An unknown private key",
        "未知的私钥",
        (
            "Sign with apiclient_key.pem of this merchant (`wechatpay-sandbox credentials` writes it), not with a"
            " key of another account, and not with a certificate."
        ),
        (
            "用该商户的apiclient_key.pem签名（`wechatpay-sandbox credentials`可导出），不要用其他账号的私钥，也不"
            "要用证书文件。"
        ),
    ),
    "V3_OTHER_KEY": Remedy(
        "Somebody else's private key",
        "用了别人的私钥",
        ("Sign with the private key of the mchid in the Authorization header, and send that certificate's serial_no."),
        "用Authorization头中mchid对应的商户私钥签名，并传该证书的serial_no。",
    ),
    "V3_OTHER_SERIAL": Remedy(
        "Another certificate's serial number",
        "证书序列号不对",
        "Send the serial number of the certificate whose private key signs: apiclient_cert.pem.",
        "serial_no要用签名私钥对应的商户证书（apiclient_cert.pem）的序列号。",
    ),
    "V3_OTHER_MESSAGE": Remedy(
        "The key is right, the message is not",
        "私钥正确，签名内容不同",
        ("Compare your five lines with the string shown here, byte by byte: method, URL, timestamp, nonce_str, body."),
        "逐字节比较您的五行待签名串与这里显示的：方法、URL、时间戳、随机串、请求体。",
    ),
    "V3_NOT_RSA": Remedy(
        "Signed the v2 way",
        "用了v2的签名方式",
        "Sign with SHA256withRSA and the merchant's private key, write it as base64.",
        "用商户私钥做SHA256withRSA签名，并以base64表示。",
    ),
    "V3_PSS": Remedy(
        "PSS padding",
        "PSS填充",
        "Choose PKCS#1 v1.5 padding.",
        "填充方式选PKCS#1 v1.5。",
    ),
    "V3_OTHER_HASH": Remedy(
        "Another hash",
        "哈希算法不对",
        "Choose SHA256withRSA.",
        "选用SHA256withRSA。",
    ),
    "V3_HASHED_TWICE": Remedy(
        "Hashed before signing",
        "签名前多做了一次哈希",
        "Hand the message itself to the signing function.",
        "把待签名串本身传给签名函数。",
    ),
    "V3_SIGNATURE_WRITTEN": Remedy(
        "The signature is not plain base64",
        "签名不是标准base64",
        "Write the signature as standard base64 in one line, once.",
        "签名用标准base64写一次，不换行。",
    ),
    "V3_BODY_EMPTY": Remedy(
        "An empty body was signed",
        "签名时请求体为空",
        "Sign the body that is sent; a form library that fills it in later signs too early.",
        "对实际发送的请求体签名，不要在请求体生成之前签名。",
    ),
    "V3_BODY_RESERIALISED": Remedy(
        "The body was serialised again",
        "请求体被重新序列化",
        "Serialise once, sign that text, and send the same bytes; do not hand the object to the HTTP client.",
        "只序列化一次，对该文本签名并原样发送，不要把对象交给HTTP库再序列化。",
    ),
    "V3_MEMBER_LEFT_OUT": Remedy(
        "A member was not signed",
        "有字段没有参与签名",
        "Complete the body before you sign it.",
        "请求体完整后再签名。",
    ),
    "V3_BODY_ENDS": Remedy(
        "Blanks around the body",
        "请求体首尾空白",
        "Sign and send the same bytes: nothing stripped, nothing added.",
        "签名与发送的字节要完全相同，不增不减。",
    ),
    "V3_BODY_BOM": Remedy(
        "A byte order mark was signed",
        "BOM参与了签名",
        "Strip U+FEFF from the body.",
        "去掉请求体开头的U+FEFF。",
    ),
    "V3_BODY_FORM": Remedy(
        "A form was signed",
        "签名的是表单",
        "Sign the JSON text.",
        "对JSON文本签名。",
    ),
    "V3_BODY_QUOTED": Remedy(
        "Serialised twice",
        "序列化了两次",
        "Sign the JSON text, not its spelling as a string.",
        "对JSON文本签名，不要再次序列化为字符串。",
    ),
    "V3_BODY_GBK": Remedy(
        "GBK was signed",
        "按GBK编码签名",
        "Turn text into UTF-8 bytes, for signing and sending.",
        "签名和发送都用UTF-8。",
    ),
    "V3_BODY_GARBLED": Remedy(
        "Garbled text was signed",
        "签名的是乱码",
        "Use UTF-8 wherever text becomes bytes.",
        "所有文本转字节的地方都用UTF-8。",
    ),
    "V3_QUERY_DROPPED": Remedy(
        "The query string was not signed",
        "查询串没有参与签名",
        "Sign path and query: /v3/…?mchid=….",
        "URL行要包含查询串：/v3/…?mchid=…。",
    ),
    "V3_QUERY_DECODED": Remedy(
        "The decoded query was signed",
        "签名的查询串已解码",
        "Sign the query as it goes over the wire, encoded.",
        "对实际发送的（编码后的）查询串签名。",
    ),
    "V3_QUERY_ENCODED": Remedy(
        "The query was encoded otherwise",
        "查询串编码不同",
        "Encode once, and sign what the HTTP client sends.",
        "只编码一次，对HTTP库实际发送的内容签名。",
    ),
    "V3_QUERY_SORTED": Remedy(
        "The query was sorted otherwise",
        "查询串顺序不同",
        "Sign the parameters in the order in which they are sent.",
        "按实际发送的顺序签名。",
    ),
    "V3_QUERY_AS_BODY": Remedy(
        "The query was signed as the body",
        "查询串被当成请求体",
        "A GET has an empty body line; the query belongs to the URL.",
        "GET请求的请求体行为空，查询串属于URL行。",
    ),
    "V3_FULL_URL": Remedy(
        "The whole URL was signed",
        "签名用了完整URL",
        "Sign from /v3/ on: no scheme, no host.",
        "从/v3/开始签名，不含协议和域名。",
    ),
    "V3_PATH": Remedy(
        "Another path was signed",
        "签名的路径不同",
        "Sign the path exactly as it is sent.",
        "对实际发送的路径签名。",
    ),
    "V3_METHOD": Remedy(
        "Another method was signed",
        "签名的请求方法不同",
        "Sign the method of the request, in capitals.",
        "对实际的请求方法签名，用大写。",
    ),
    "V3_TIMESTAMP_MS": Remedy(
        "Milliseconds and seconds are mixed up",
        "毫秒与秒混用",
        "Use seconds, in the header and in the message.",
        "请求头与待签名串都用秒。",
    ),
    "V3_TIMESTAMP_TWICE": Remedy(
        "The clock was read twice",
        "取了两次时间",
        "Read the clock once and use the value in both places.",
        "只取一次时间，两处使用同一个值。",
    ),
    "V3_NONCE": Remedy(
        "Another nonce was signed",
        "签名的随机串不同",
        "Use one nonce_str in both places, unchanged.",
        "两处使用同一个nonce_str，不做改动。",
    ),
    "V3_LINES_ORDER": Remedy(
        "The lines are in another order",
        "行的顺序不对",
        "Method, URL, timestamp, nonce_str, body; a launch: appid, timestamp, nonce, package.",
        "请求：方法、URL、时间戳、随机串、请求体；调起：appid、时间戳、随机串、package。",
    ),
    "V3_NO_LAST_NEWLINE": Remedy(
        "The last newline is missing",
        "缺少最后的换行",
        "End every line with a newline, the last one and an empty body too.",
        "每行都以换行结尾，最后一行和空请求体也一样。",
    ),
    "V3_EXTRA_NEWLINE": Remedy(
        "A newline too many",
        "多了换行",
        "End every line with one newline.",
        "每行只以一个换行结尾。",
    ),
    "V3_NEWLINE_LITERAL": Remedy(
        "A backslash and an n",
        r"字面的\n",
        r'Write "\n" in double quotes, or the character 0x0A.',
        r'用双引号的"\n"，即字符0x0A。',
    ),
    "V3_CRLF": Remedy(
        "CR LF",
        "换行用了CRLF",
        "Use LF alone, whatever the platform.",
        "无论什么系统都只用LF。",
    ),
    "V3_NO_NEWLINES": Remedy(
        "No newlines",
        "没有换行",
        "End every line with a newline.",
        "每行以换行结尾。",
    ),
    "V3_CALLBACK_MESSAGE": Remedy(
        "A notification's message was signed",
        "用了回调的签名串",
        "Requests have five lines; three are for verifying what the platform sends.",
        "请求签名串是五行；三行格式用于验证平台的回调和应答。",
    ),
}
