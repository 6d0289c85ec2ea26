"""Holds the study to what stands in tests/data/variants.json, its random places to plain whole numbers, and the losses after a
step of the preset `brush` to the engine, on a picture that need not be resized.

    pip install tensorflow-cpu numpy pillow scipy
    python3 check_study.py
"""

import argparse
import json
import subprocess
import tempfile
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


# Found were 3e-6, 1e-3, 4e-8 and 6e-3. A place whose two nearest neighbours are equally near may take either, by rounding; the
# content's loss is of a picture a step away from it, and so a small difference, in which that counts; a colour on the edge
# between two cells of the palette may be in either.
ENGINE_TOLERANCE = {"style": 1e-5, "content": 5e-3, "tv": 1e-5, "palette": 1e-2}


def check_engine(impasto, weights):
    """Compares the losses after a step, in which is each weight of the preset: the first picture is the content."""
    content, style = (DATA / f"tubingen_starry_128x96.{name}.png" for name in ("content", "style"))
    options = ["--preset", "brush", "--size", "128", "--first-size", "128", "--steps", "2", "--refining-steps", "0", "--likeness", "70"]
    # Otherwise Adam's first step is as long for a small gradient as for a large one, and rounding decides where it goes.
    options += ["--epsilon", "1e4", "--learning-rate", "0.05"]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        command = [impasto, content, style, *options, "--weights", weights]
        written = subprocess.run([*command, "--print-settings"], check=True, capture_output=True).stdout
        (folder / "settings.json").write_bytes(written)
        log = folder / "log.json"
        subprocess.run([*command, "-o", folder / "painted.png", "--log", log], check=True, capture_output=True)
        expected = json.loads(log.read_text())["steps"][1]
        settings = study.read_settings(folder / "settings.json")
    pictures = (Image.open(path).convert("RGB") for path in (content, style))
    painted = study.Study(vgg19.Network(weights), *pictures, settings)
    painted.paint()
    for name, found in zip(ENGINE_TOLERANCE, painted.records[1]):
        error = abs(found / expected[name] - 1)
        print(f"engine, {name}: {error:.1e} apart")
        assert error < ENGINE_TOLERANCE[name], (name, found, expected[name])


def main():
    """Checks all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=study.ROOT / "target/weights/vgg19.safetensors")
    parser.add_argument("--impasto", type=Path, default=study.ROOT / "target/release/impasto")
    arguments = parser.parse_args()
    check_variants(arguments.weights)
    check_places()
    check_engine(arguments.impasto, arguments.weights)
    print("the study agrees")


if __name__ == "__main__":
    main()
