"""Verdicts on v2 signatures."""

from sandbox.doctor.remedies.remedy import Remedy

V2 = {
    "SIGN_OTHER_KEY": Remedy(
        "Another key was used",
        "用了别的密钥",
        (
            "Sign v2 messages with the API key of the merchant in mch_id (商户平台 > API安全 > API密钥), not with"
            " the APIv3 key, an AppSecret or another merchant's key; a key that was reset counts after its delay."
        ),
        (
            "v2报文要用mch_id对应商户的API密钥签名（商户平台 > API安全 > API密钥），不是APIv3密钥、AppSecret或其"
            "他商户的密钥；重置后的密钥过了延迟期才生效。"
        ),
    ),
    "SIGN_KEY_BLANKS": Remedy(
        "A blank around the key",
        "密钥首尾有空白",
        "Strip the key when you read it from a file or a variable: a newline at its end is the usual one.",
        "读取配置后去掉密钥首尾的空格和换行，常见的是文件末尾的换行。",
    ),
    "SIGN_KEY_CASE": Remedy(
        "The key in other case",
        "密钥大小写被改变",
        "Use the key exactly as it was set; turn only the result into upper case, not the string.",
        "密钥按设置的原样使用；只把签名结果转为大写，不要把待签名串转为大写。",
    ),
    "SIGN_KEY_UNSET": Remedy(
        "No key was read",
        "没有读到密钥",
        "Check how the program gets its key; refuse to start without one.",
        "检查程序读取密钥的方式；没有密钥就不应启动。",
    ),
    "SIGN_KEY_SORTED": Remedy(
        "The key was sorted among the fields",
        "密钥参与了排序",
        "Sort the fields first, then append &key= and the key.",
        "先对参数排序拼接，最后再拼接&key=密钥。",
    ),
    "SIGN_WITHOUT_KEY": Remedy(
        "&key= is missing",
        "缺少&key=",
        "Append &key= and the key to the string, for HMAC-SHA256 too.",
        "待签名串末尾要拼接&key=密钥，HMAC-SHA256也一样。",
    ),
    "SIGN_KEY_JOINED": Remedy(
        "The key was appended in another way",
        "密钥拼接方式不对",
        "Append exactly &key= and the key, nothing after it.",
        "末尾拼接的必须是&key=密钥，之后没有别的内容。",
    ),
    "SIGN_OTHER_TYPE": Remedy(
        "MD5 and HMAC-SHA256 are mixed up",
        "MD5与HMAC-SHA256混用",
        "Send the sign_type you sign with, and sign it too; without sign_type the platform takes MD5.",
        "sign_type要与实际算法一致并参与签名；不传sign_type时按MD5验签。",
    ),
    "SIGN_OTHER_HASH": Remedy(
        "A hash that v2 does not know",
        "用了v2不支持的算法",
        "Sign with MD5, or with HMAC-SHA256 and sign_type=HMAC-SHA256.",
        "使用MD5，或HMAC-SHA256并传sign_type=HMAC-SHA256。",
    ),
    "SIGN_TYPE_NOT_SIGNED": Remedy(
        "sign_type was not signed",
        "sign_type没有参与签名",
        "Put sign_type among the fields before you sign.",
        "签名前把sign_type放入参数集。",
    ),
    "SIGN_TYPE_NOT_SENT": Remedy(
        "sign_type was not sent",
        "没有传sign_type",
        "Send sign_type, as it was signed.",
        "把参与签名的sign_type一并发送。",
    ),
    "SIGN_EMPTY_SIGNED": Remedy(
        "Empty values were signed",
        "空值参与了签名",
        "Leave fields without a value out of the string (0 is a value), best out of the message too.",
        "值为空的参数不参与签名（0不是空），最好也不要发送。",
    ),
    "SIGN_FIELD_LEFT_OUT": Remedy(
        "A field was not signed",
        "有参数没有参与签名",
        "Sign when all fields are there; whatever is added later is not in the signature.",
        "参数齐全后再签名，签名后不要再增加参数。",
    ),
    "SIGN_FIELD_NOT_SENT": Remedy(
        "A signed field was not sent",
        "参与签名的参数没有发送",
        "Send every field that you sign.",
        "参与签名的参数都要发送。",
    ),
    "SIGN_SIGN_SIGNED": Remedy(
        "sign was signed",
        "sign参与了签名",
        "Leave sign out of the string; when you sign again, drop the old one first.",
        "sign不参与签名；重新签名前先去掉旧的sign。",
    ),
    "SIGN_URL_ENCODED": Remedy(
        "URL-encoded values were signed",
        "签名用了URL编码后的值",
        "Sign the values as they are, and send the same.",
        "对原始值签名，并发送同样的值。",
    ),
    "SIGN_URL_DECODED": Remedy(
        "URL-encoded values were sent",
        "发送了URL编码后的值",
        "Send the values that you sign, without URL encoding.",
        "发送与签名相同的原始值，不做URL编码。",
    ),
    "SIGN_XML_ESCAPED": Remedy(
        "XML entities were signed",
        "XML转义参与了签名",
        "Sign plain text; escape it (or use CDATA) only when the XML is written.",
        "对原文签名，只在生成XML时转义（或使用CDATA）。",
    ),
    "SIGN_CDATA": Remedy(
        "CDATA markers were signed",
        "CDATA标记参与了签名",
        "Sign what stands between the markers.",
        "只对CDATA标记之间的内容签名。",
    ),
    "SIGN_TRIMMED": Remedy(
        "Blanks were sent but not signed",
        "首尾空格没有参与签名",
        "Trim the values before you sign, and send them trimmed.",
        "签名前去掉首尾空格，并发送去掉后的值。",
    ),
    "SIGN_BLANKS_SIGNED": Remedy(
        "Blanks were signed but not sent",
        "签名时多了空格或换行",
        "Trim the values before you sign.",
        "签名前去掉值首尾的空格和换行。",
    ),
    "SIGN_QUOTED": Remedy(
        "Quotes were signed",
        "引号参与了签名",
        "Sign the values, not their JSON or SQL spelling.",
        "对值本身签名，不带引号。",
    ),
    "SIGN_TEXT_ESCAPED": Remedy(
        r"\uXXXX was signed",
        r"\uXXXX转义参与了签名",
        "Sign the text itself, in UTF-8.",
        "对原文的UTF-8字节签名。",
    ),
    "SIGN_TEXT_LOST": Remedy(
        "Chinese was lost before signing",
        "签名前中文已丢失",
        "Set the encoding to UTF-8 wherever text becomes bytes.",
        "所有文本转字节的地方都指定UTF-8。",
    ),
    "SIGN_AMOUNT_FORMAT": Remedy(
        "The amount was signed in another form",
        "签名与发送的金额格式不同",
        "Keep amounts as whole numbers of fen, and write them once, for signing and sending alike.",
        "金额用整数分，签名和发送使用同一个字符串。",
    ),
    "SIGN_VALUE_CHANGED": Remedy(
        "A value changed after signing",
        "签名后改了参数值",
        "Build the message once, then sign it, then send just that.",
        "先组好报文再签名，签名后不要改动。",
    ),
    "SIGN_UNSORTED": Remedy(
        "The fields were not sorted",
        "参数没有按规则排序",
        "Sort by name in byte (ASCII) order, ascending: capitals before small letters.",
        "按参数名ASCII码从小到大排序（大写字母在小写之前）。",
    ),
    "SIGN_JOINED_OTHERWISE": Remedy(
        "The fields were not joined with &",
        "参数没有用&连接",
        "Join name=value with a single &.",
        "用单个&连接各个name=value。",
    ),
    "SIGN_NAME_CASE": Remedy(
        "A name was signed in another spelling",
        "签名时参数名写法不同",
        "Sign the names as they stand in the message: lower case, with underscores.",
        "签名时的参数名与报文一致：小写加下划线。",
    ),
    "SIGN_GBK": Remedy(
        "GBK was signed",
        "按GBK编码签名",
        "Turn the string into UTF-8 bytes before hashing (Java: getBytes(UTF_8)).",
        "计算哈希前按UTF-8取字节（Java用getBytes(UTF_8)）。",
    ),
    "SIGN_MOJIBAKE": Remedy(
        "Garbled text was signed",
        "签名的是乱码",
        "Read and write UTF-8 everywhere; nothing may pass through ISO-8859-1.",
        "读写都用UTF-8，不要经过ISO-8859-1。",
    ),
    "SIGN_BOM": Remedy(
        "A byte order mark was signed",
        "BOM参与了签名",
        "Strip U+FEFF from text that was read from files.",
        "从文件读出的文本去掉U+FEFF。",
    ),
    "SIGN_LOWER_CASE": Remedy(
        "Lower-case hex",
        "签名用了小写",
        "Turn the hex digits into upper case.",
        "把十六进制结果转为大写。",
    ),
    "SIGN_NOT_HEX": Remedy(
        "Not written in hex",
        "没有写成十六进制",
        "Write the digest as upper-case hex, not as base64.",
        "摘要写成大写十六进制，不是base64。",
    ),
    "SIGN_REUSED": Remedy(
        "The sign of another message",
        "用了别的报文的sign",
        "Sign every message anew, with its own nonce_str.",
        "每个报文用自己的nonce_str重新签名。",
    ),
    "SIGN_SECONDARY": Remedy(
        "A paySign was sent as the sign",
        "把paySign当成了sign",
        "Sign the request's own fields; paySign (appId, timeStamp, …) belongs to the page that pays.",
        "请求的sign要对请求参数签名；paySign（appId、timeStamp……）只用于前端调起支付。",
    ),
}
