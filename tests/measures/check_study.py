"""Holds the study to what stands in tests/data/variants.json, and its random places to plain whole numbers.

    pip install tensorflow-cpu numpy pillow
    python3 check_study.py
"""

import argparse
import json
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

import nearest
import study
import style_losses
import vgg19

DATA = Path(__file__).resolve().parent.parent / "data"
VARIANTS = ["tutorial", "average_pooling", "other_layers", "replicate_padding", "wasserstein_f32", "relative"]
# Single precision, in sums of which each takes several 10^3 numbers, leaves 8e-7 on one processor; the iterations of the
# square root leave 2e-6.
TOLERANCE = {"gram": 3e-6, "relative": 3e-6, "wasserstein": 2e-5}
BITS = 0xFFFFFFFF


def opened(name):
    """A picture of the variants'."""
    return tf.constant(np.asarray(Image.open(DATA / name), np.float32) / 255)


def losses(network, variant):
    """Of the variant's initial picture: style, content, total variation."""
    settings = variant["settings"]
    weights = settings["weights"]
    style_shares, content_shares = (study.shares(settings[f"{kind}_layers"]) for kind in ("style", "content"))

    def features(picture):
        return network.features(picture, {*style_shares, *content_shares}, settings["pooling"], settings["padding"])

    initial, style = (opened(f"variants.{name}.png") for name in ("initial", "style_a"))
    kind = settings["style_loss"]["kind"]
    style_loss = style_losses.Statistics(features(style), initial.shape[:2], style_shares, kind)
    content = study.content_loss(features(opened("variants.content.png")), content_shares, "plain")
    found = features(initial)
    return {
        "style": weights["style"] * style_loss(found, []),
        "content": weights["content"] * content(found),
        "tv": weights["total_variation"] * study.total_variation(initial),
    }


def check_variants(path):
    """Compares with TensorFlow and NumPy in double precision."""
    network = vgg19.Network(path)
    variants = {variant["name"]: variant for variant in json.loads((DATA / "variants.json").read_text())["variants"]}
    for name in VARIANTS:
        variant = variants[name]
        tolerance = TOLERANCE[variant["settings"]["style_loss"]["kind"]]
        for kind, found in losses(network, variant).items():
            wanted = variant["expected"][kind]
            error = abs(float(found) / wanted - 1)
            print(f"{name}, {kind}: {error:.1e} apart")
            assert error < tolerance, (name, kind, float(found), wanted)


def pcg(v):
    """By whole numbers without end."""
    state = v * 747796405 + 2891336453 & BITS
    word = (state >> (state >> 28) + 4 ^ state) * 277803737 & BITS
    return word >> 22 ^ word


def check_places():
    """Compares a few drawn places."""
    for height, width, layer, step, seed in [(192, 256, 0, 3, 0), (96, 128, 3, 7, 12345678901), (24, 32, 9, 100, 5)]:
        found = nearest.drawn_places(layer, step, height, width, 2048, seed)
        down, across = nearest.cells(height, width, 2048)
        for j, i in [(0, 0), (down - 1, across - 1), (down // 2, across // 3)]:
            n = j * across + i
            random = pcg(n + pcg(layer + pcg(step + seed & BITS) & BITS) & BITS)
            x0, x1 = (number * width // across for number in (i, i + 1))
            y0, y1 = (number * height // down for number in (j, j + 1))
            x, y = x0 + ((random & 0xFFFF) * (x1 - x0) >> 16), y0 + ((random >> 16) * (y1 - y0) >> 16)
            assert found[n] == y * width + x, (height, width, layer, step, seed, j, i)


def main():
    """Checks all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=study.ROOT / "target/weights/vgg19.safetensors")
    check_variants(parser.parse_args().weights)
    check_places()
    print("the study agrees")


if __name__ == "__main__":
    main()
