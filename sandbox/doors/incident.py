"""What happened at a door and never became a request: a host that is refused, a handshake that failed."""

import ssl
from pathlib import Path

import msgspec


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One of them, with its remedy; `status` is what the client got, 0 where the connection just ended."""

    code: str
    method: str
    target: str
    remote: str
    summary: str
    summary_zh: str
    fix: str
    fix_zh: str
    status: int = 0


def host_refused(method: str, target: str, host: str, remote: str, *, platform: bool) -> Incident:
    """The proxy was asked for somebody else's host, or for one of the real platform that nothing here answers for."""
    whose = "belongs to the real platform, and nothing here answers for it" if platform else "is not the platform's"
    whose_zh = "属于真实平台，沙箱没有实现" if platform else "不是微信平台的域名"
    return Incident(
        code="HOST_NOT_PASSED",
        method=method,
        target=target,
        remote=remote,
        status=403,
        summary=f"{host} {whose}: the proxy does not let a test reach the outside unless told to.",
        summary_zh=f"{host} {whose_zh}；除非明确放行，代理不会让测试访问外部。",
        fix=f"If the program needs it, let it through: --pass {host}",
        fix_zh=f"如果程序确实需要访问，请加上 --pass {host}",
    )


def host_silent(method: str, target: str, host: str, remote: str, reason: str) -> Incident:
    """A host that is passed did not answer the proxy."""
    return Incident(
        code="HOST_UNREACHABLE",
        method=method,
        target=target,
        remote=remote,
        status=502,
        summary=f"{host} is passed on, but cannot be reached: {reason}.",
        summary_zh=f"{host} 已放行，但无法连接：{reason}。",
        fix="See whether it can be reached from this machine without the proxy.",
        fix_zh="请检查本机不经代理能否访问该地址。",
    )


def no_authority(method: str, target: str, remote: str, reason: str) -> Incident:
    """There is no certificate to show, so nobody can be answered over TLS; `reason` says what to do."""
    return Incident(
        code="NO_TLS_AUTHORITY",
        method=method,
        target=target,
        remote=remote,
        status=0 if method == "TLS" else 503,
        summary=f"Nothing can be answered over TLS: {reason}.",
        summary_zh=f"无法提供 TLS：{reason}。",
        fix="Then connect again.",
        fix_zh="然后重新连接。",
    )


def handshake_failed(error: ssl.SSLError, remote: str, ca: Path) -> Incident:
    """What a client did not like about us, or we about its certificate."""
    code, summary, summary_zh, fix, fix_zh = _reading(error, ca)
    return Incident(
        code=code,
        method="TLS",
        target="handshake",
        remote=remote,
        summary=summary,
        summary_zh=summary_zh,
        fix=fix,
        fix_zh=fix_zh,
    )


def _reading(error: ssl.SSLError, ca: Path) -> tuple[str, str, str, str, str]:
    reason = (error.reason or str(error)).upper()
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            "CLIENT_CERTIFICATE_FOREIGN",
            f"The client's certificate was not issued by this sandbox ({error.verify_message}), so the handshake ended."
            " The real platform would have let it finish and answered with its page The SSL certificate error.",
            "客户端证书不是本沙箱签发的，握手因此中断。真实平台会完成握手，并返回 The SSL certificate error 页面。",
            "Use apiclient_cert.p12 or the PEM pair that `wechatpay-sandbox credentials --out DIR` writes.",
            "请使用 `wechatpay-sandbox credentials --out DIR` 写出的 apiclient_cert.p12 或 PEM 证书。",
        )
    if any(word in reason for word in ("UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN")):
        return (
            "AUTHORITY_NOT_TRUSTED",
            f"The client does not trust the sandbox's TLS authority ({reason}).",
            f"客户端不信任沙箱的 TLS 证书颁发机构（{reason}）。",
            f"Tell the program, not the system, to trust {ca}; `wechatpay-sandbox run` does it for most runtimes.",
            f"让程序（而不是系统）信任 {ca}；`wechatpay-sandbox run` 会为大多数运行时自动设置。",
        )
    if "HTTP_REQUEST" in reason:
        return (
            "PLAIN_HTTP_ON_TLS",
            "Plain HTTP came to the TLS door.",
            "TLS 端口收到了明文 HTTP 请求。",
            "Write https:// in the address, or use the port for plain HTTP.",
            "地址请写 https://，或改用明文 HTTP 端口。",
        )
    return (
        "TLS_HANDSHAKE_FAILED",
        f"The TLS handshake failed: {reason}.",
        f"TLS 握手失败：{reason}。",
        "The door speaks TLS 1.2 and 1.3 with the usual ciphers: see which the client allows.",
        "本端口支持 TLS 1.2 与 1.3，请检查客户端允许的版本与加密套件。",
    )
