"""Messages to Temporal in JSON, by pydantic; the readers of their types are made once per process.

The SDK makes a converter for each workflow it runs, hence as many readers of `Attendu` as follow-ups: a millisecond and
a half each (docs/mesures.md); and two more for each of its tasks. This one is the same for all; it holds nothing but
readers, which never change.
"""

from functools import cache
from typing import Final

from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)


@cache
def _partage() -> CompositePayloadConverter:
    """Return the SDK's converters, its JSON one replaced by pydantic's."""
    ceux_du_sdk = DefaultPayloadConverter.default_encoding_payload_converters
    json = PydanticJSONPlainPayloadConverter()
    return CompositePayloadConverter(*(json if isinstance(c, JSONPlainPayloadConverter) else c for c in ceux_du_sdk))


# called whenever the SDK needs one: a function does as well as the class it asks for
CONVERTISSEUR: Final = DataConverter(payload_converter_class=_partage)  # type: ignore[arg-type]
