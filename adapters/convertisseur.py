"""Messages to Temporal in JSON, by pydantic; the readers of their types are made once per process.

The SDK makes a converter for each workflow it runs, hence as many readers of `Attendu` as follow-ups: a millisecond and
a half each (docs/mesures.md). This one hands over the same to all; it holds nothing but readers, which never change.
"""

from typing import Final

from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)

_JSON: Final = PydanticJSONPlainPayloadConverter()


class ConvertisseurPartage(CompositePayloadConverter):
    """The SDK's converters, its JSON one replaced by ours, that all share."""

    def __init__(self) -> None:
        ceux_du_sdk = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*(_JSON if isinstance(c, JSONPlainPayloadConverter) else c for c in ceux_du_sdk))


CONVERTISSEUR: Final = DataConverter(payload_converter_class=ConvertisseurPartage)
