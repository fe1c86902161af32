"""How API v2 spells a condition."""

from sandbox.errors.problem import Confidence, Layer, Spelling

CODE_TABLE = "https://github.com/Wechat-Group/WxJava (WxPayErrorCode)"


def says(
    code: str,
    text: str,
    confidence: Confidence = Confidence.DOCUMENTED,
    *,
    endpoint: str = "",
    generation: str = "",
    source: str = CODE_TABLE,
    aside: str = "",
    only_by_rule: bool = False,
) -> Spelling:
    """return_code=SUCCESS, result_code=FAIL, err_code, err_code_des."""
    return Spelling(
        dialect="v2",
        layer=Layer.ERR_CODE,
        code=code,
        text=text,
        endpoint=endpoint,
        generation=generation,
        aside=aside,
        only_by_rule=only_by_rule,
        confidence=confidence,
        source=source,
    )


def fails(
    text: str,
    confidence: Confidence = Confidence.OBSERVED,
    *,
    endpoint: str = "",
    generation: str = "",
    source: str = "",
) -> Spelling:
    """return_code=FAIL and nothing but this text."""
    return Spelling(
        dialect="v2",
        layer=Layer.RETURN_MSG,
        text=text,
        endpoint=endpoint,
        generation=generation,
        confidence=confidence,
        source=source,
    )


def fails_numbered(
    code: str,
    text: str,
    confidence: Confidence = Confidence.OBSERVED,
    *,
    endpoint: str = "v2.downloadbill",
    source: str = CODE_TABLE,
    only_by_rule: bool = False,
) -> Spelling:
    """return_code=FAIL with an error_code beside the text."""
    return Spelling(
        dialect="v2",
        layer=Layer.ERROR_CODE,
        code=code,
        text=text,
        endpoint=endpoint,
        only_by_rule=only_by_rule,
        confidence=confidence,
        source=source,
    )
