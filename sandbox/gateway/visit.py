"""One request on its way through the gateway: what is known about it so far."""

from collections.abc import Mapping
from typing import Any

from sandbox.doctor.verdict import Chart
from sandbox.domain.merchant import App, Merchant
from sandbox.gateway.forms import Form
from sandbox.gateway.spec import Endpoint
from sandbox.gateway.wire import Wire
from sandbox.platform.journal import Diagnosis
from sandbox.platform.moments import NOBODY, Occasion
from sandbox.platform.tenants import Tenant
from sandbox.protocol.v3auth import Authorization

NOTHING: Mapping[str, str] = {}


class Visit:
    """Filled step by step by the dialect; `occasion` gathers what rules did to it."""

    __slots__ = (
        "app",
        "authenticated",
        "authorization",
        "body",
        "called",
        "chart",
        "diagnosis",
        "endpoint",
        "fields",
        "form",
        "merchant",
        "notes",
        "now",
        "occasion",
        "path",
        "problem",
        "said",
        "tags",
        "tenant",
        "verifiable",
        "wire",
    )

    def __init__(self, wire: Wire, endpoint: Endpoint, path: Mapping[str, str] = NOTHING) -> None:
        self.wire = wire
        self.endpoint = endpoint
        self.path = path  # the values of the path's placeholders
        self.fields: dict[str, str] = {}
        self.body: dict[str, Any] | None = None  # the JSON object that was sent, whole
        self.authorization: Authorization | None = None  # v3: the header's parameters, unverified
        self.authenticated = False  # v3: the signature was right
        self.tenant: Tenant | None = None
        self.merchant: Merchant | None = None
        self.app: App | None = None
        self.form: Form | None = None
        self.now = 0
        self.occasion: Occasion | None = None
        self.called: frozenset[str] = NOBODY  # the rules and errors that the request asks for by name
        self.verifiable = True  # whether whoever verifies takes the answer
        self.problem = ""
        self.said = ""
        self.diagnosis: Diagnosis | None = None
        self.chart: Chart | None = None  # a refused signature, as the doctor needs it
        self.notes: list[str] = []
        self.tags: dict[str, str] = {"endpoint": endpoint.name, "dialect": endpoint.dialect}

    def overrides(self) -> dict[str, Any]:
        """What a rule lays over the reply before it is signed."""
        return {} if self.occasion is None else self.occasion.signed_fields
