"""Paints as the engine does, by TensorFlow on the processor: to choose settings by, where no GPU is at hand.

    pip install tensorflow-cpu numpy pillow scipy
    impasto CONTENT STYLE --preset NAME --print-settings > FILE.json
    python3 study.py CONTENT STYLE -o OUT.png --settings FILE.json [name=value ...]

A name is that of any setting in the file, without the group that it is in (`content=0.1 size=256`), or one of EXTRA's.
At the end it prints the work: additions and multiplications of direct convolution, and of comparing with the style. What
the engine draws by ChaCha8, noise and subsets of the style's features, is drawn by NumPy here; otherwise both compute the
same. L-BFGS, other colours than the style's, and normalised gradients are not here.
"""

import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from PIL import Image

import colours
import nearest
import resampling
import style_losses
import vgg19

ROOT = Path(__file__).resolve().parent.parent.parent
# What a file of settings may leave out, or no file has.
EXTRA = {
    "contentLoss": "plain",
    "growth": "root",
    "variables": "pixels",
    "epsilon": 0.1,
    "refiningSteps": 0,
    "likeness": 60,
    "palette": 0,
    "contentColour": "own",
    "schedule": "constant",
    # Positions of the style; places of each single layer.
    "positions": 8192,
    "samples": 2048,
}
LEAST_SIDE = 16
LEAST_FIRST = 64
LEAST_FALL = 0.1
COARSE_LEVELS = 5
USUAL_LIKENESS = 60
LIKENESS_RANGE = 40
LEAST_LEVEL = 8


def read_settings(path, changes=()):
    """A file's settings in one dictionary without groups, with `changes` as `name=value`."""
    settings = dict(EXTRA)

    def take(group):
        for name, value in group.items():
            if name in ("weights", "perception"):
                take(value)
            else:
                settings[name] = value

    take(json.loads(Path(path).read_text()))
    for change in changes:
        name, value = change.split("=", 1)
        if name not in settings:
            raise SystemExit(f"there is no setting {name}")
        settings[name] = value if isinstance(settings[name], str) else json.loads(value)
    return settings


def refuse_others(settings):
    """Says what the study cannot do."""
    able = {"optimiser": "adam", "colour": "style", "normaliseGradients": False}
    for name, value in able.items():
        if settings.get(name, value) != value:
            raise SystemExit(f"the study has only {name} {value}")


def sizes(settings):
    """The longer sides through which the painting grows."""
    size, first = settings["size"], max(settings["firstSize"], LEAST_SIDE)
    found = []
    if settings["growth"] == "double":
        smaller = size / 2
        while smaller >= first:
            found.insert(0, int(np.floor(smaller + 0.5)))
            smaller /= 2
    else:
        smaller = float(first)
        while np.floor(smaller + 0.5) < size:
            found.append(int(np.floor(smaller + 0.5)))
            smaller *= 2**0.5
    return [*found, size]


def resized(picture, longest):
    """A picture with its longer side so long."""
    scale = longest / max(picture.size)
    shape = [max(1, int(np.floor(side * scale + 0.5))) for side in picture.size]
    return picture if tuple(shape) == picture.size else picture.resize(shape, Image.LANCZOS)


def pixels(picture):
    """Height x width x 3 in [0, 1]."""
    return tf.constant(np.asarray(picture, np.float32) / 255)


def as_picture(values):
    """The same back."""
    return Image.fromarray(np.floor(np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8))


def shares(weights):
    """Layers with weights, which together make one, in the network's order."""
    total = sum(weights.values())
    return {layer: weights[layer] / total for layer in vgg19.LAYERS if weights.get(layer, 0) > 0}


def total_variation(picture):
    """The sum of the differences of neighbours."""
    down, across = picture[1:] - picture[:-1], picture[:, 1:] - picture[:, :-1]
    return tf.reduce_sum(tf.abs(down)) + tf.reduce_sum(tf.abs(across))


def content_loss(target, parts, kind):
    """The mean of squared differences from the content's features, or that over the mean of these squares."""
    unit = {layer: tf.reduce_mean(target[layer] ** 2) if kind == "relative" else 1.0 for layer in parts}

    def of_layer(features, layer):
        return tf.reduce_mean((features[layer] - target[layer]) ** 2) / unit[layer]

    return lambda features: tf.add_n([part * of_layer(features, layer) for layer, part in parts.items()])


def levels(height, width):
    """The sides of a pyramid's levels."""
    found = [(height, width)]
    while min(found[-1]) >= LEAST_LEVEL and len(found) <= COARSE_LEVELS:
        found.append((found[-1][0] // 2, found[-1][1] // 2))
    return found


class Adam:
    """Moves the pixels, or all levels of a pyramid of which only the sum is kept (Kingma and Ba 2015, 'epsilon hat')."""

    def __init__(self, picture, settings, moments=None, steps_before=0):
        self.settings, self.steps_before = settings, steps_before
        self.picture = tf.Variable(picture)
        shape = picture.shape[:2]
        sides = levels(*shape) if settings["variables"] == "pyramid" else [shape]
        self.growths = [
            [resampling.matrix(resampling.places(fine, coarse), coarse) for fine, coarse in zip(*pair)]
            for pair in zip(sides, sides[1:])
        ]
        start = moments or [[tf.zeros([*side, 3])] * 2 for side in sides]
        self.moments = [[tf.Variable(moment) for moment in level] for level in start]

    def rate(self, step, steps):
        """Of a step at this size, from zero."""
        settings, time = self.settings, self.steps_before + step + 1
        fall = 1.0
        if settings["schedule"] == "cosine":
            fall = LEAST_FALL + (1 - LEAST_FALL) * 0.5 * (1 + np.cos(np.pi * step / steps))
        correction = np.sqrt(1 - settings["beta2"] ** time) / (1 - settings["beta1"] ** time)
        return tf.constant(fall * settings["learningRate"] * correction, tf.float32)

    def move(self, gradient, rate):
        """One step."""
        gradients = [gradient]
        for down, across in self.growths:
            gradients.append(resampling.apply(tf.transpose(down), tf.transpose(across), gradients[-1]))
        moves = [self.level_move(*pair, rate) for pair in zip(self.moments, gradients)]
        whole = moves[-1]
        for (down, across), move in zip(self.growths[::-1], moves[-2::-1]):
            whole = move + resampling.apply(down, across, whole)
        self.picture.assign(tf.clip_by_value(self.picture + whole, 0, 1))

    def level_move(self, moments, gradient, rate):
        """That of one level."""
        first, second = moments
        beta1, beta2 = self.settings["beta1"], self.settings["beta2"]
        first.assign(beta1 * first + (1 - beta1) * gradient)
        second.assign(beta2 * second + (1 - beta2) * gradient * gradient)
        return -rate * first / (tf.sqrt(second) + self.settings["epsilon"])


class Study:
    """One painting."""

    def __init__(self, network, content, style, settings, log=None):
        refuse_others(settings)
        self.network, self.settings = network, settings
        self.content, self.style = resized(content, settings["size"]), style
        self.style_shares, self.content_shares = shares(settings["styleLayers"]), shares(settings["contentLayers"])
        self.wanted = {*self.style_shares, *self.content_shares}
        self.log = log or (lambda *_: None)
        # Additions and multiplications: of convolutions, and besides.
        self.work, self.comparing = 0, 0
        self.records = []

    def features(self, picture, wanted=None):
        """Of a picture outside of the steps."""
        wanted = wanted or self.wanted
        self.work += vgg19.operations(*picture.shape[:2], wanted)
        found = self.network.features(picture, wanted, self.settings["pooling"], self.settings["padding"])
        return found | {"size": tuple(picture.shape[:2])}

    def paint(self):
        """The picture, height x width x 3 in [0, 1]."""
        settings, all_sizes = self.settings, sizes(self.settings)
        picture, adam, steps_before = None, None, 0
        for number, size in enumerate(all_sizes):
            content = pixels(self.toned(resized(self.content, size)))
            picture, moments = self.start(content, picture, adam)
            steps = settings["firstSteps"] if number == 0 and len(all_sizes) > 1 else settings["steps"]
            refining = settings["refiningSteps"] if size == settings["size"] else 0
            for style_loss, count in self.passes(content, picture, size, steps, refining):
                adam = Adam(picture, settings, moments, steps_before)
                picture = self.run(content, style_loss, adam, size, count)
                if settings["variables"] == "pixels":
                    moments, steps_before = adam.moments, steps_before + count
        return picture.numpy()

    def colours(self):
        """How much of the colours is the style's, by the likeness."""
        return min(self.settings["likeness"] / USUAL_LIKENESS, 1)

    def toned(self, content):
        """The content with the colours with which it is looked at."""
        if self.settings["contentColour"] == "own":
            return content
        return colours.toned(content, resized(self.style, max(content.size)), self.colours())

    def content_in_search(self, longest):
        """The content's part of the blend whose neighbours are asked for."""
        share = max(0.75 - 0.15 * max(np.log2(longest / 128), 0), 0.3)
        beyond = max(self.settings["likeness"] - USUAL_LIKENESS, 0) / (100 - USUAL_LIKENESS)
        return share * (1 - 0.6 * beyond)

    def weights(self):
        """Of style, content and palette, as the likeness has them."""
        settings = self.settings
        nearer = LIKENESS_RANGE ** ((USUAL_LIKENESS - settings["likeness"]) / 100)
        return settings["style"], settings["content"] * nearer, settings["palette"] * self.colours() ** 2

    def start(self, content, picture, adam):
        """The picture and Adam's moments with which a size begins."""
        if picture is None:
            noise = np.random.default_rng(self.settings["seed"]).random(content.shape, np.float32)
            return content + self.settings["noise"] * (noise - content), None
        height, width = content.shape[:2]
        picture = tf.clip_by_value(resampling.grown(picture, height, width, resampling.cubic), 0, 1)
        if self.settings["variables"] == "pyramid":
            return picture, None
        kernels = (resampling.cubic, resampling.linear)
        return picture, [[resampling.grown(m, height, width, kernel) for m, kernel in zip(adam.moments[0], kernels)]]

    def passes(self, content, picture, size, steps, refining):
        """The style losses of a size with their steps."""
        kind, settings = self.settings["styleLoss"], self.settings
        style = self.features(pixels(resized(self.style, size)), self.style_shares)
        if kind != "nearest":
            yield style_losses.Statistics(style, content.shape[:2], self.style_shares, kind), steps
            return
        share = self.content_in_search(max(content.shape[:2]))
        # Just the content where both are the same, as in the engine.
        blend = content + (1 - share) * (picture - content)
        blend = self.features(blend, self.style_shares)
        for loss, count in ((nearest.Hypercolumns, steps), (nearest.SingleLayers, refining)):
            if count:
                found = loss(style, blend, self.style_shares, settings)
                self.comparing += found.comparing
                self.log(f"{size} px: {found.note}")
                yield found, count

    def run(self, content, style_loss, adam, size, steps):
        """All steps with one style loss."""
        settings = self.settings
        height, width = content.shape[:2]
        content_features = self.features(content, self.content_shares)
        content_part = content_loss(content_features, self.content_shares, settings["contentLoss"])
        palette = colours.Palette(pixels(resized(self.style, size)))
        of_style, of_content, of_palette = self.weights()
        smooth = settings["totalVariation"] * (512 * 512 / (height * width) if settings["smoothness"] == "mean" else 1)

        @tf.function
        def step(rate, places):
            with tf.GradientTape() as tape:
                features = self.network.features(adam.picture, self.wanted, settings["pooling"], settings["padding"])
                losses = [
                    of_style * style_loss(features, places),
                    of_content * content_part(features),
                    smooth * total_variation(adam.picture),
                    of_palette * palette.loss(adam.picture),
                ]
                loss = tf.add_n(losses)
            adam.move(tape.gradient(loss, adam.picture), rate)
            return losses

        mean, kept = adam.picture.numpy(), settings["averaging"]
        begin = time.monotonic()
        for number in range(steps):
            losses = step(adam.rate(number, steps), style_loss.places(number))
            self.records.append([float(loss) for loss in losses])
            if kept:
                share = (1 - kept) / (1 - kept ** (number + 1))
                mean += np.float32(share) * (adam.picture.numpy() - mean)
        self.log(f"{size} px, {steps} steps, {time.monotonic() - begin:.0f} s: {self.records[-1]}")
        self.work += 2 * steps * vgg19.operations(height, width, self.wanted)
        self.comparing += steps * style_loss.operations
        return tf.constant(mean) if kept else tf.constant(adam.picture.numpy())


def main():
    """Paints one picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--settings", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=ROOT / "target/weights/vgg19.safetensors")
    parser.add_argument("--log", type=Path, help="where the losses of every step go: style, content, total variation, palette")
    parser.add_argument("changes", nargs="*", metavar="name=value")
    arguments = parser.parse_intermixed_args()
    content, style = (Image.open(path).convert("RGB") for path in (arguments.content, arguments.style))
    settings = read_settings(arguments.settings, arguments.changes)
    study = Study(vgg19.Network(arguments.weights), content, style, settings, print)
    as_picture(study.paint()).save(arguments.output)
    if arguments.log:
        arguments.log.write_text(json.dumps(study.records))
    print(f"{study.work / 1e12:.2f} TFLOP, and {study.comparing / 1e12:.2f} for comparing with the style")


if __name__ == "__main__":
    main()
