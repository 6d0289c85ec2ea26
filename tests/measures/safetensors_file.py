"""The file of weights that Impasto loads."""

import json
import struct
from pathlib import Path

import numpy as np


def read_tensors(path):
    """The arrays of a safetensors file, by name."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    types = {"U8": np.uint8, "F32": np.dtype("<f4")}

    def array(facts):
        begin, end = (8 + length + place for place in facts["data_offsets"])
        return np.frombuffer(data[begin:end], types[facts["dtype"]]).reshape(facts["shape"])

    return {name: array(facts) for name, facts in header.items()}
