"""Mistakes with static codes."""

from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.v2.static_codes import V2StaticCodes


class OneNumberAProduct(V2StaticCodes):
    def number(self, product: str) -> str:
        return f"STATIC{product.upper():0>10}"


FLAWS = (
    Flaw(
        "one-number-a-product",
        "answers every scan of a static code with the same order number",
        "静态码每次被扫都用同一个商户订单号",
        (OneNumberAProduct,),
    ),
)
