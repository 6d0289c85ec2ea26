#!/usr/bin/env python3
"""Every variant of the computation that Impasto offers, computed by TensorFlow and NumPy in float64 from small pictures:
the numbers by which tests/variants/ checks the engine. Nothing here is taken from Impasto: the sources are

- Gatys et al. 2015, "A Neural Algorithm of Artistic Style", and TensorFlow's tutorial "Neural style transfer", for the
  losses, their normalisation and Adam;
- Gatys et al. 2016, "Controlling Perceptual Factors in Neural Style Transfer", for masks (guided Gram matrices), and
  "Preserving Color in Neural Artistic Style Transfer", for colours;
- Crowson's style-transfer-pytorch, for replicate padding, the Wasserstein-2 loss and the mean of the pictures;
- Johnson's neural-style and ProGamerGov's neural-style-pt, for the normalisation of gradients;
- Liu and Nocedal 1989, for L-BFGS, with torch.optim.LBFGS' step where no line is searched.

Usage: variants.py VGG19.npz > variants.json, with the pictures variants.*.png beside this file.
       variants.py --make-pictures CONTENT STYLE_A STYLE_B makes those pictures first.
VGG19.npz holds NAME_W as [out, in, 3, 3] and NAME_b as [out] for every layer.
Needs PyPI: tensorflow-cpu, numpy, scipy, pillow.
"""
import copy
import json
import sys
from pathlib import Path

import numpy as np
import scipy.linalg
import tensorflow as tf
from PIL import Image

HERE = Path(__file__).parent
CONTENT, INITIAL = "variants.content.png", "variants.initial.png"
STYLE_A, STYLE_B = "variants.style_a.png", "variants.style_b.png"
MASK_A, MASK_B, MASK_OF_A = "variants.mask_a.png", "variants.mask_b.png", "variants.mask_of_style_a.png"
# Odd sides, so that poolings and masks have rows to drop.
CONTENT_SIZE, STYLE_A_SIZE, STYLE_B_SIZE = (51, 37), (40, 36), (33, 48)
# Row, column and channel of what is recorded: corners, edges and the inside.
PLACES = [
    (0, 0, 0), (0, 50, 1), (36, 0, 2), (36, 50, 0), (0, 23, 2), (36, 30, 1),
    (17, 0, 1), (9, 50, 2), (5, 7, 0), (18, 25, 1), (27, 40, 2), (31, 12, 0),
]
BLOCKS = (2, 2, 4, 4, 4)
BGR_MEAN = (103.939, 116.779, 123.68)

CONV1 = [f"block{block}_conv1" for block in range(1, 6)]
TUTORIAL = {
    "weights": {"style": 1e-2, "content": 1e4, "total_variation": 30.0},
    "style_layers": dict.fromkeys(CONV1, 1.0),
    "content_layers": {"block5_conv2": 1.0},
    "pooling": "max",
    "padding": "zero",
    "style_loss": {"kind": "gram"},
    # Or the norm by which every layer's gradient is divided: "l2" or "l1"; or "l2 of regions", which divides that of every
    # region on its own, by a norm in which a position's square is divided by the mask.
    "normalised": None,
}
ONE_STYLE = [{"picture": STYLE_A, "part": 1.0, "mask": None, "own_mask": None}]
# In units of features of a picture in [0, 255]. The tool has 1e-4 beside features that are 255 * 0.226 smaller.
W2_EPSILON = 0.3
SHALLOW = {"style_layers": dict.fromkeys(CONV1[:2], 1.0)}
# Roots of large matrices take long where there is no GPU.
THREE = {"style_layers": dict.fromkeys(CONV1[:3], 1.0)}
PYRAMID = dict(zip(CONV1, (256.0, 64.0, 16.0, 4.0, 1.0)))


# Where the losses have other sizes than the tutorial's, other weights keep every one of them in the gradient.
def equal_weights(weight):
    return {"style": weight, "content": weight, "total_variation": 30.0}


def w2(root="iterated"):
    """`iterated`: the root by twelve iterations, as the tool has it. `exact`: by eigenvalues."""
    loss = {"kind": "wasserstein", "epsilon": W2_EPSILON, "root": root}
    return {"style_loss": loss, "weights": equal_weights(10.0)}


# The Gram loss over the mean of the target's squares, large enough to count beside the content.
RELATIVE = {"style_loss": {"kind": "relative"}, "weights": {"style": 1e8, "content": 1e4, "total_variation": 30.0}}


def normalised(norm, weight):
    return {"normalised": norm, "weights": equal_weights(weight)}


def style(picture, part=1.0, mask=None, own_mask=None):
    return {"picture": picture, "part": part, "mask": mask, "own_mask": own_mask}


TWO_STYLES = [style(STYLE_A, 2.0), style(STYLE_B, 1.0)]
MASKED_STYLE = [style(STYLE_A, 1.0, MASK_A, MASK_OF_A), style(STYLE_B, 1.0, MASK_B)]
SOFTER = {"pooling": "average", "padding": "replicate"}
REGIONS = [style(STYLE_A, mask=MASK_A), style(STYLE_B, mask=MASK_B)]
# Name, what differs from the tutorial, styles.
VARIANTS = [
    ("tutorial", {}, ONE_STYLE),
    ("average_pooling", {"pooling": "average"}, ONE_STYLE),
    (
        "other_layers",
        {"style_layers": PYRAMID, "content_layers": {"block3_conv2": 0.5, "block4_conv2": 1.0}},
        ONE_STYLE,
    ),
    ("two_styles", {}, TWO_STYLES),
    ("replicate_padding", {"padding": "replicate"}, ONE_STYLE),
    ("wasserstein_exact", w2("exact"), ONE_STYLE),
    ("wasserstein_exact_shallow", w2("exact") | SHALLOW, ONE_STYLE),
    ("wasserstein", w2(), ONE_STYLE),
    ("wasserstein_f32", w2("iterated in f32"), ONE_STYLE),
    ("wasserstein_shallow", w2() | SHALLOW, ONE_STYLE),
    ("wasserstein_shallow_f32", w2("iterated in f32") | SHALLOW, ONE_STYLE),
    ("wasserstein_two_styles", w2() | THREE, TWO_STYLES),
    ("wasserstein_masks", w2() | THREE, REGIONS),
    ("relative", RELATIVE, ONE_STYLE),
    ("relative_two_styles", RELATIVE, TWO_STYLES),
    ("relative_masks", RELATIVE, REGIONS),
    ("normalised", normalised("l2", 1.0), ONE_STYLE),
    ("normalised_l1", normalised("l1", 100.0), ONE_STYLE),
    ("normalised_wasserstein", w2() | THREE | normalised("l2", 10.0), ONE_STYLE),
    ("normalised_masks", normalised("l2", 1.0), REGIONS),
    ("normalised_regions", normalised("l2 of regions", 1.0), REGIONS),
    ("masks", {}, REGIONS),
    ("masks_uneven", {}, [style(STYLE_A, 3.0, MASK_A), style(STYLE_B, 1.0, MASK_B)]),
    ("masks_and_style_mask", {}, MASKED_STYLE),
    ("average_pooling_masks", {"pooling": "average"}, REGIONS),
    ("together_blended", w2() | THREE | normalised("l2", 10.0) | SOFTER, TWO_STYLES),
    ("together_masked", w2() | THREE | normalised("l2 of regions", 10.0) | SOFTER, MASKED_STYLE),
]


def make_pictures(content, style_a, style_b):
    """The inputs, from photographs and paintings of any size."""

    def shrink(source, size, name):
        picture = Image.open(source).convert("RGB").resize(size, Image.LANCZOS)
        picture.save(HERE / name, optimize=True)
        return np.asarray(picture, float)

    pixels = shrink(content, CONTENT_SIZE, CONTENT)
    shrink(style_a, STYLE_A_SIZE, STYLE_A)
    shrink(style_b, STYLE_B_SIZE, STYLE_B)
    noise = np.random.default_rng(15).normal(0.0, 20.0, pixels.shape)
    save(np.clip(pixels + noise, 0, 255), INITIAL)
    x, y = np.meshgrid(np.arange(51), np.arange(37))
    # Soft, slanting borders; the regions overlap and do not add up to one.
    save(255 * np.clip((30 + y / 4 - x) / 12, 0, 1), MASK_A)
    save(255 * np.clip((x - 26 - y / 4) / 8, 0, 1), MASK_B)
    x, y = np.meshgrid(np.arange(40), np.arange(36))
    save(255 * np.clip(1.6 - np.hypot(x - 14, y - 20) / 14, 0, 1), MASK_OF_A)


def save(values, name):
    Image.fromarray(np.round(values).astype(np.uint8)).save(HERE / name, optimize=True)


def open_picture(name):
    """Values in [0, 1]: height x width x 3, or height x width of a mask."""
    return np.asarray(Image.open(HERE / name), np.float64) / 255.0


class Network:
    """VGG19 to block5_conv4 in float64."""

    def __init__(self, path):
        arrays = np.load(path)
        names = [f"block{b}_conv{n}" for b, count in enumerate(BLOCKS, 1) for n in range(1, count + 1)]
        self.layers = [
            (name, arrays[name + "_W"].transpose(2, 3, 1, 0).astype(np.float64), arrays[name + "_b"].astype(np.float64))
            for name in names
        ]

    def features(self, picture, wanted, pooling, padding):
        """The wanted layers' features after ReLU, by name, height x width x channels, of a picture in [0, 1]."""
        x = tf.reverse(picture, [-1])[None] * 255.0 - tf.constant(BGR_MEAN, tf.float64)
        found = {}
        for name, filters, bias in self.layers:
            if name.endswith("conv1") and name != "block1_conv1":
                pool = tf.nn.max_pool2d if pooling == "max" else tf.nn.avg_pool2d
                x = pool(x, 2, 2, "VALID")
            # With one row of padding, symmetric is replicate.
            mode = "SYMMETRIC" if padding == "replicate" and name == "block1_conv1" else "CONSTANT"
            x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], mode)
            x = tf.nn.relu(tf.nn.conv2d(x, filters, 1, "VALID") + bias)
            if name in wanted:
                found[name] = x[0]
            if len(found) == len(wanted):
                return found
        raise KeyError(wanted)


def level(layer):
    """How often the layer's map has been halved."""
    return int(layer[5]) - 1


def layer_mask(mask, layer):
    """A full-size mask at a layer: the means of blocks, without the rows and columns that poolings drop."""
    if mask is None:
        return None
    side = 2 ** level(layer)
    return tf.nn.avg_pool2d(tf.constant(mask)[None, :, :, None], side, side, "VALID")[0, :, :, 0]


def gram(features, mask):
    """F^T F over positions, guided by the mask: its square root weights the features (Gatys et al. 2016)."""
    rows = tf.reshape(features, [-1, features.shape[-1]])
    if mask is None:
        return tf.matmul(rows, rows, transpose_a=True) / rows.shape[0]
    guidance = tf.reshape(tf.sqrt(mask), [-1, 1])
    guided = guidance * rows
    return tf.matmul(guided, guided, transpose_a=True) / tf.reduce_sum(mask)


def moments(features, mask):
    """Mean and mean of products over positions, weighted by the mask: of several styles, these can be averaged."""
    rows = tf.reshape(features, [-1, features.shape[-1]])
    weights = tf.ones(rows.shape[0], tf.float64) if mask is None else tf.reshape(mask, [-1])
    mean = tf.linalg.matvec(rows, weights, transpose_a=True) / tf.reduce_sum(weights)
    return tf.concat([mean[None], gram(features, mask)], 0)


def mean_and_covariance(moments):
    mean = moments[0]
    return mean, moments[1:] - mean[:, None] * mean[None, :]


def newton_schulz(matrix):
    """The square root and its inverse by twelve iterations."""
    norm = np.sqrt(np.sum(matrix * matrix))
    identity = np.eye(len(matrix), dtype=matrix.dtype)
    y, z = matrix / norm, identity
    for _ in range(12):
        t = (3 * identity - z @ y) / 2
        y, z = y @ t, t @ z
    return y * np.sqrt(norm), z / np.sqrt(norm)


def iterated_distance(covariance, target):
    """As `exact_distance`, by the tool's iteration; its matrices hold the epsilon already."""
    root, _ = newton_schulz(target)
    inner, inverse = newton_schulz(root @ covariance @ root)
    value = np.mean(np.diagonal(target + covariance - 2 * inner))
    return value, (np.eye(len(target)) - root @ inverse @ root) / len(target)


def exact_root(matrix, least):
    """By eigenvalues, none of which can be less than what was added to the diagonal."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return (vectors * np.sqrt(np.maximum(values, least))) @ vectors.T


def exact_distance(covariance, target, least):
    """tr(target + covariance - 2 M^(1/2)) / n with M = target^(1/2) covariance target^(1/2), and its derivative by
    covariance, (1 - target^(1/2) M^(-1/2) target^(1/2)) / n. The roots' product R has M = R R^T, so that M's root and
    its inverse come from R's singular values, without squaring the condition."""
    root = exact_root(target, least)
    left, singular, _ = np.linalg.svd(root @ exact_root(covariance, least))
    value = (np.trace(target + covariance) - 2 * np.sum(singular)) / len(target)
    side = root @ left
    return value, (np.eye(len(target)) - (side / singular) @ side.T) / len(target)


def covariance_distance(covariance, target, settings):
    epsilon, method = settings["epsilon"], settings["root"]
    ridge = epsilon * np.eye(len(target))
    covariance, target = covariance.numpy() + ridge, target.numpy() + ridge
    if method == "exact":
        return exact_distance(covariance, target, epsilon)
    kind = np.float32 if method.endswith("f32") else np.float64
    return iterated_distance(covariance.astype(kind), target.astype(kind))


def gram_loss(features, mask, target):
    return tf.reduce_mean((gram(features, mask) - target) ** 2)


def w2_loss(features, mask, target, settings):
    mean, covariance = mean_and_covariance(moments(features, mask))
    target_mean, target_covariance = mean_and_covariance(target)
    value, derivative = covariance_distance(covariance, target_covariance, settings)
    # Has that value and that derivative.
    slope = tf.reduce_sum(tf.constant(derivative, tf.float64) * covariance)
    return tf.reduce_mean((mean - target_mean) ** 2) + float(value) + slope - tf.stop_gradient(slope)


def style_statistic(features, mask, settings):
    return moments(features, mask) if settings["kind"] == "wasserstein" else gram(features, mask)


def style_loss(features, mask, target, settings):
    if settings["kind"] == "gram":
        return gram_loss(features, mask, target)
    if settings["kind"] == "relative":
        return gram_loss(features, mask, target) / tf.reduce_mean(target**2)
    return w2_loss(features, mask, target, settings)


def shares(weights):
    total = sum(weights.values())
    return {layer: weight / total for layer, weight in weights.items()}


class Regions:
    """The parts of the picture, each with its own target: one part without a mask, whatever the styles, or one a style."""

    def __init__(self, features_of, styles, settings):
        total = sum(style["part"] for style in styles)
        statistics = [(style["part"] / total, self.statistics(features_of, style, settings), style["mask"]) for style in styles]
        if styles[0]["mask"] is None:
            statistics = [(1.0, self.blend(statistics, settings), None)]
        self.regions = [(part, targets, open_picture(mask) if mask else None) for part, targets, mask in statistics]

    @staticmethod
    def statistics(features_of, style, settings):
        mask = open_picture(style["own_mask"]) if style["own_mask"] else None
        features = features_of(tf.constant(open_picture(style["picture"])))
        return {
            layer: style_statistic(features[layer], layer_mask(mask, layer), settings["style_loss"])
            for layer in settings["style_layers"]
        }

    @staticmethod
    def blend(statistics, settings):
        if len(statistics) == 1:
            return statistics[0][1]
        return {layer: sum(part * targets[layer] for part, targets, _ in statistics) for layer in settings["style_layers"]}

    def terms(self, layer, settings):
        """Part, mask at the layer, and loss as a function of the layer's features, of every region."""
        for part, targets, mask in self.regions:
            mask = layer_mask(mask, layer)
            loss = lambda x, mask=mask, target=targets[layer]: style_loss(x, mask, target, settings["style_loss"])
            yield part, mask, loss


def scaled(gradient, strength, normalised, mask):
    """neural-style's normalisation has the sum of absolute values (`torch.norm(x, 1)`); this project the Euclidean norm."""
    if normalised is None:
        return strength * gradient
    if normalised == "l1":
        norm = tf.reduce_sum(tf.abs(gradient))
    elif normalised == "l2 of regions" and mask is not None:
        norm = tf.sqrt(tf.reduce_sum(tf.math.divide_no_nan(gradient**2, mask[:, :, None])))
    else:
        norm = tf.norm(gradient)
    return strength * gradient / (norm + 1e-8)


class Objective:
    """The losses of a picture and the gradient."""

    def __init__(self, network, changes, styles):
        self.settings = settings = TUTORIAL | changes
        wanted = {*settings["style_layers"], *settings["content_layers"]}
        self.features_of = lambda picture: network.features(picture, wanted, settings["pooling"], settings["padding"])
        self.regions = Regions(self.features_of, styles, settings)
        self.content = self.features_of(tf.constant(open_picture(CONTENT)))

    def style_terms(self, layer):
        """As `Regions.terms`; where regions are not normalised on their own, they are one term."""
        terms = list(self.regions.terms(layer, self.settings))
        if self.settings["normalised"] == "l2 of regions":
            return terms
        return [(1.0, None, lambda x: sum(part * loss(x) for part, _, loss in terms))]

    def terms(self):
        """Kind, layer, strength, part, mask, and loss as a function of the layer's features, of every loss."""
        settings = self.settings
        for layer, share in shares(settings["style_layers"]).items():
            for term in self.style_terms(layer):
                yield "style", layer, share * settings["weights"]["style"], *term
        for layer, share in shares(settings["content_layers"]).items():
            loss = lambda x, target=self.content[layer]: tf.reduce_mean((x - target) ** 2)
            yield "content", layer, share * settings["weights"]["content"], 1.0, None, loss

    def perceptual(self, picture):
        """Losses of style and content by kind and layer, and the gradient of what they weigh together."""
        picture = tf.constant(picture)
        with tf.GradientTape() as tape:
            tape.watch(picture)
            features = self.features_of(picture)
        values = {kind: dict.fromkeys(self.settings[f"{kind}_layers"], 0.0) for kind in ("style", "content")}
        gradients = {layer: tf.zeros_like(x) for layer, x in features.items()}
        sums = {"style": 0.0, "content": 0.0}
        for kind, layer, strength, part, mask, loss in self.terms():
            with tf.GradientTape() as local:
                local.watch(features[layer])
                value = loss(features[layer])
            values[kind][layer] += part * float(value)
            sums[kind] += strength * part * float(value)
            gradient = local.gradient(value, features[layer])
            gradients[layer] += scaled(gradient, strength * part, self.settings["normalised"], mask)
        layers = list(features)
        gradient = tape.gradient([features[l] for l in layers], picture, [gradients[l] for l in layers])
        return values, sums, gradient.numpy()

    def variation(self, picture):
        picture, weight = tf.constant(picture), self.settings["weights"]["total_variation"]
        with tf.GradientTape() as tape:
            tape.watch(picture)
            value = weight * tf.image.total_variation(picture)
        return float(value), tape.gradient(value, picture).numpy()

    def __call__(self, picture):
        values, sums, gradient = self.perceptual(picture)
        tv, tv_gradient = self.variation(picture)
        gradient = gradient + tv_gradient
        losses = {
            "loss": sums["style"] + sums["content"] + tv,
            "style": sums["style"],
            "content": sums["content"],
            "tv": tv,
            "style_layers": values["style"],
            "content_layers": values["content"],
            "gradient_norm": float(np.linalg.norm(gradient)),
        }
        return losses, gradient

    def slope_error(self, picture):
        """How far the gradient of style and content is from a finite difference, along itself with random signs."""
        _, _, gradient = self.perceptual(picture)
        direction = gradient * np.random.default_rng(1).uniform(0.5, 1.5, gradient.shape)
        direction *= 1e-7 / np.abs(direction).max()
        ends = [sum(self.perceptual(picture + sign * direction)[1].values()) for sign in (1, -1)]
        return (ends[0] - ends[1]) / (2 * np.sum(gradient * direction)) - 1


def at_places(values):
    return [[y, x, c, float(values[y, x, c])] for y, x, c in PLACES]


def run_variants(network):
    initial = open_picture(INITIAL)
    records = []
    for name, changes, styles in VARIANTS:
        objective = Objective(network, changes, styles)
        losses, gradient = objective(initial)
        has_slope = objective.settings["normalised"] is None and "iterated" not in str(objective.settings)
        error = objective.slope_error(initial) if has_slope else None
        print(f"{name}: loss {losses['loss']:.6g}, gradient against a finite difference: {error}", file=sys.stderr)
        if has_slope:
            assert abs(error) < 1e-5
        expected = losses | {"gradient": at_places(gradient)}
        records.append({"name": name, "settings": objective.settings, "styles": styles, "expected": expected})
    return records


class Adam:
    """As Keras has it, with clipping after the step."""

    def __init__(self):
        self.rate, self.beta1, self.beta2, self.epsilon = 0.02, 0.99, 0.999, 1e-1
        self.m = self.v = self.steps = 0

    def step(self, x, g):
        self.steps += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g * g
        rate = self.rate * np.sqrt(1 - self.beta2**self.steps) / (1 - self.beta1**self.steps)
        return np.clip(x - rate * self.m / (np.sqrt(self.v) + self.epsilon), 0, 1)


class Lbfgs:
    """With a step of fixed length and no bounds: the picture may leave [0, 1]."""

    def __init__(self, history):
        self.history, self.pairs, self.gamma, self.before = history, [], 1.0, None

    def remember(self, x, g):
        if self.before is not None:
            s, y = x - self.before[0], g - self.before[1]
            curvature = np.sum(s * y)
            if curvature > 1e-10:
                self.pairs = [*self.pairs, (s, y, 1 / curvature)][-self.history :]
                self.gamma = curvature / np.sum(y * y)
        self.before = x, g

    def direction(self, g):
        q, alphas = -g, []
        for s, y, rho in reversed(self.pairs):
            alphas.append(rho * np.sum(s * q))
            q = q - alphas[-1] * y
        d = self.gamma * q
        for (s, y, rho), alpha in zip(self.pairs, reversed(alphas)):
            d = d + (alpha - rho * np.sum(y * d)) * s
        return d

    def step(self, x, g):
        first = self.before is None
        self.remember(x, g)
        rate = min(1.0, 1.0 / np.sum(np.abs(g))) if first else 1.0
        return x + rate * self.direction(g)


PLAIN = TUTORIAL["weights"] | {"total_variation": 0.0}
RUNS = [
    ("adam", {}, Adam(), {"optimiser": "adam"}),
    ("lbfgs", {"weights": PLAIN}, Lbfgs(10), {"optimiser": "lbfgs", "history": 10}),
    # Fewer pairs than steps: the oldest are forgotten.
    ("lbfgs_short_memory", {"weights": PLAIN}, Lbfgs(3), {"optimiser": "lbfgs", "history": 3}),
    ("lbfgs_variation", {}, Lbfgs(10), {"optimiser": "lbfgs", "history": 10}),
]
DECAY = 0.99


def optimise(objective, optimiser, picture, steps=10):
    """Losses of every step before its update, the last picture, and the mean of the pictures after each step."""
    log, pictures = [], []
    for _ in range(steps):
        losses, gradient = objective(picture)
        log.append(losses)
        picture = optimiser.step(picture, gradient)
        pictures.append(picture)
    weights = [(1 - DECAY) * DECAY ** (steps - k) / (1 - DECAY**steps) for k in range(1, steps + 1)]
    return log, picture, sum(weight * x for weight, x in zip(weights, pictures))


def spread(objective, optimiser, run):
    """How far the run parts from itself when the start changes by a part in a million."""
    log, last, mean = run
    loss, pixel = np.zeros(len(log)), 0.0
    for seed in range(3):
        noise = np.random.default_rng(seed).uniform(-1e-6, 1e-6, last.shape)
        moved = optimise(objective, copy.deepcopy(optimiser), open_picture(INITIAL) * (1 + noise))
        loss = np.maximum(loss, [abs(a["loss"] / b["loss"] - 1) for a, b in zip(moved[0], log)])
        pixel = max(pixel, float(np.abs(moved[1] - last).mean()))
    return {"losses": loss.tolist(), "last": pixel}


def run_optimisers(network):
    records = []
    for name, changes, optimiser, about in RUNS:
        objective = Objective(network, changes, ONE_STYLE)
        log, last, mean = run = optimise(objective, copy.deepcopy(optimiser), open_picture(INITIAL))
        apart = spread(objective, optimiser, run)
        print(name, [f"{entry['loss']:.4g}" for entry in log], apart, file=sys.stderr)
        settings = objective.settings | about
        keys = ("loss", "style", "content", "tv", "gradient_norm")
        records.append({
            "name": name, "settings": settings, "styles": ONE_STYLE,
            "steps": [{key: entry[key] for key in keys} for entry in log],
            "averaging": DECAY, "last": at_places(last), "mean": at_places(mean), "spread": apart,
        })
    return records


def colour_statistics(picture):
    pixels = picture.reshape(-1, 3)
    mean = pixels.mean(0)
    return mean, (pixels - mean).T @ (pixels - mean) / len(pixels)


def symmetric_power(matrix, power):
    return np.real(scipy.linalg.fractional_matrix_power(matrix, power))


def match_colours(source, target, kind):
    """Every pixel x becomes A (x - its mean) + the target's mean."""
    (source_mean, source_covariance), (target_mean, target_covariance) = map(colour_statistics, (source, target))
    if kind == "cholesky":
        change = np.linalg.cholesky(target_covariance) @ np.linalg.inv(np.linalg.cholesky(source_covariance))
    else:
        change = symmetric_power(target_covariance, 0.5) @ symmetric_power(source_covariance, -0.5)
    return change, (source - source_mean) @ change.T + target_mean


def run_colours():
    """Of the style with the content's colours."""
    records = []
    for kind in ("cholesky", "symmetric"):
        change, matched = match_colours(open_picture(STYLE_A), open_picture(CONTENT), kind)
        mean, covariance = colour_statistics(matched)
        # The style is smaller than the content.
        places = [(y * 35 // 36, x * 39 // 50, c) for y, x, c in PLACES]
        take = lambda values: [[y, x, c, float(values[y, x, c])] for y, x, c in places]
        records.append({
            "kind": kind, "source": STYLE_A, "target": CONTENT, "matrix": change.tolist(), "mean": mean.tolist(),
            "covariance": covariance.tolist(), "pixels": take(matched), "clamped": take(np.clip(matched, 0, 1)),
            "clamped_mean": np.clip(matched, 0, 1).mean((0, 1)).tolist(),
        })
    return records


# Of the NTSC's YIQ: rows Y, I, Q.
YIQ = np.array([[0.299, 0.587, 0.114], [0.595716, -0.274453, -0.321263], [0.211456, -0.522591, 0.311135]])


def run_luminance():
    """The initial picture in the content's colours."""
    painting, content = open_picture(INITIAL) @ YIQ.T, open_picture(CONTENT) @ YIQ.T
    mixed = np.concatenate([painting[..., :1], content[..., 1:]], -1) @ np.linalg.inv(YIQ).T
    return {
        "painting": INITIAL, "content": CONTENT,
        "pixels": at_places(mixed), "clamped": at_places(np.clip(mixed, 0, 1)),
        "clamped_mean": np.clip(mixed, 0, 1).mean((0, 1)).tolist(),
    }


def rounded(value):
    """Ten digits are enough for everybody, and the file is small."""
    if isinstance(value, float):
        return float(f"{value:.10g}")
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    return value


def lines(value, depth=0):
    """JSON whose innermost lists and maps have a line each."""
    flat = json.dumps(value)
    if len(flat) < 110 or not isinstance(value, (list, dict)):
        return flat
    indent = "  " * (depth + 1)
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {lines(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(indent + item for item in items) + "\n" + "  " * depth + "}"
    return "[\n" + ",\n".join(indent + lines(item, depth + 1) for item in value) + "\n" + "  " * depth + "]"


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--make-pictures"] and len(arguments) == 4:
        return make_pictures(*arguments[1:])
    if len(arguments) != 1:
        sys.exit(__doc__)
    network = Network(arguments[0])
    numbers = {
        "content": CONTENT,
        "initial": INITIAL,
        "variants": run_variants(network),
        "runs": run_optimisers(network),
        "colours": run_colours(),
        "luminance": run_luminance(),
    }
    print(lines(rounded(numbers)))


if __name__ == "__main__":
    main()
