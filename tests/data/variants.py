#!/usr/bin/env python3
"""Every variant of the computation that Impasto offers, computed by TensorFlow and NumPy in float64 from small pictures:
the numbers by which tests/variants/ checks the engine. Nothing here is taken from Impasto: the sources are

- Gatys et al. 2015, "A Neural Algorithm of Artistic Style", and TensorFlow's tutorial "Neural style transfer", for the
  losses, their normalisation and Adam;
- Gatys et al. 2016, "Controlling Perceptual Factors in Neural Style Transfer", for masks (guided Gram matrices), and
  "Preserving Color in Neural Artistic Style Transfer", for colours;
- Crowson's style-transfer-pytorch, for replicate padding, the Wasserstein-2 loss and the mean of the pictures;
- Johnson's neural-style and ProGamerGov's neural-style-pt, for the normalisation of gradients;
- Liu and Nocedal 1989, for L-BFGS, with torch.optim.LBFGS' step where no line is searched;
- Kolkin et al. 2022, "Neural Neighbor Style Transfer", for the nearest neighbours of columns of features, for the layers
  without columns that refine the picture, and for a picture whose variables are a pyramid's; Jarzynski and Olano 2020,
  "Hash Functions for GPU Rendering", for the places that are drawn.

Usage: variants.py VGG19.npz [PART ...] writes variants.json beside this file, from the pictures variants.*.png there.
       PART is a key of the file that is written anew while all else in it stays: without any, all of them are.
       variants.py --make-pictures CONTENT STYLE_A STYLE_B makes those pictures first,
       variants.py --make-large-pictures those of the refinement, which must be larger, of the other reference run's.
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
LARGE, LARGE_INITIAL = "variants.large.png", "variants.large_initial.png"
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


def make_large_pictures():
    """So large that the maps of the first two blocks have more positions than the refinement looks at, and cut where f32's
    rounding chooses no other sample and no other maximum in a pooling: see `run_refining`."""
    for source, name in (("content", LARGE), ("step10", LARGE_INITIAL)):
        picture = Image.open(HERE / f"tubingen_starry_128x96.{source}.png").convert("RGB")
        picture.crop((12, 4, 113, 89)).save(HERE / name, optimize=True)


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


def layer_number(layer):
    """Counted from zero."""
    return sum(BLOCKS[: level(layer)]) + int(layer[-1]) - 1


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

    # Steps done in this pass: some losses are new at each.
    step = 0

    def __init__(self, network, changes, styles, content=CONTENT, initial=INITIAL):
        self.settings = settings = TUTORIAL | changes
        wanted = {*settings["style_layers"], *settings["content_layers"]}
        self.features_of = lambda picture: network.features(picture, wanted, settings["pooling"], settings["padding"])
        self.content_picture, self.initial = open_picture(content), open_picture(initial)
        self.content = self.features_of(tf.constant(self.content_picture))
        self.see_styles(styles)

    def see_styles(self, styles):
        self.regions = Regions(self.features_of, styles, self.settings)

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
    """The places are the content's: another picture's lie as far across and down."""
    height, width, _ = values.shape
    places = [(y * (height - 1) // 36, x * (width - 1) // 50, c) for y, x, c in PLACES]
    return [[y, x, c, float(values[y, x, c])] for y, x, c in places]


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
    """Losses of every step before its update, the picture after each step, and the pictures' mean."""
    log, pictures = [], []
    for objective.step in range(steps):
        losses, gradient = objective(picture)
        log.append(losses)
        picture = optimiser.step(picture, gradient)
        pictures.append(picture)
    weights = [(1 - DECAY) * DECAY ** (steps - k) / (1 - DECAY**steps) for k in range(1, steps + 1)]
    return log, pictures, sum(weight * x for weight, x in zip(weights, pictures))


def spread(objective, optimiser, run):
    """How far the run parts from itself when the start changes by a part in a million."""
    log, last = run[0], run[1][-1]
    loss, pixel = np.zeros(len(log)), 0.0
    for seed in range(3):
        noise = np.random.default_rng(seed).uniform(-1e-6, 1e-6, last.shape)
        moved = optimise(objective, copy.deepcopy(optimiser), objective.initial * (1 + noise))
        loss = np.maximum(loss, [abs(a["loss"] / b["loss"] - 1) for a, b in zip(moved[0], log)])
        pixel = max(pixel, float(np.abs(moved[1][-1] - last).mean()))
    return {"losses": loss.tolist(), "last": pixel}


def run_of(name, objective, optimiser, about):
    """The record of ten steps, and the picture after each."""
    log, pictures, mean = run = optimise(objective, copy.deepcopy(optimiser), objective.initial)
    apart = spread(objective, optimiser, run)
    print(name, [f"{entry['loss']:.4g}" for entry in log], apart, file=sys.stderr)
    settings = objective.settings | about
    keys = ("loss", "style", "content", "tv", "gradient_norm")
    record = {
        "name": name, "settings": settings, "styles": ONE_STYLE,
        "steps": [{key: entry[key] for key in keys} for entry in log],
        "averaging": DECAY, "last": at_places(pictures[-1]), "mean": at_places(mean), "spread": apart,
    }
    return record, pictures


def run_optimisers(network):
    return [
        run_of(name, Objective(network, changes, ONE_STYLE), optimiser, about)[0]
        for name, changes, optimiser, about in RUNS
    ]


# The nearest neighbours' style loss. What a test may ask of an f32 engine is said at `run_nearest`, `run_refining` and
# `run_pyramids`.
GRID = "block3"  # Whose map's positions have a column each.
COLUMNS, SAMPLES = 16384, 2048  # At most so many of all styles together.
SHORT = 1e-6
# As the paper's VGG16 has them: its third block has three convolutions.
BRUSH_LAYERS = {f"block{block}_conv{n}": 1.0 for block, count in enumerate((2, 2, 3, 3), 1) for n in range(1, count + 1)}
BRUSH = {
    "weights": {"style": 1.0, "content": 0.08, "total_variation": 0.0},
    "style_layers": BRUSH_LAYERS,
    "content_layers": {"block4_conv2": 1.0},
    "style_loss": {"kind": "nearest"},
    # Over the mean of the target's squares; or "plain", as the tutorial's.
    "content_loss": "relative",
}
# The ways of blocks 2 to 5 to the grid, and a total variation that counts beside the style.
WEIGHTED = {
    "weights": {"style": 2.0, "content": 0.5, "total_variation": 1e-4},
    "style_layers": {"block2_conv1": 1.0, "block3_conv3": 2.0, "block4_conv1": 0.5, "block5_conv1": 0.25},
    "content_layers": {"block3_conv2": 1.0, "block4_conv2": 0.5},
}
NEAREST = [
    ("nearest", BRUSH, ONE_STYLE),
    ("nearest_plain_content", BRUSH | {"content_loss": "plain", "weights": BRUSH["weights"] | {"content": 5e-7}}, ONE_STYLE),
    ("nearest_own_mask", BRUSH, [style(STYLE_A, own_mask=MASK_OF_A)]),
    ("nearest_two_styles", BRUSH, MASKED_STYLE),
    ("nearest_weighted", BRUSH | WEIGHTED | SOFTER, ONE_STYLE),
]
SEED = 7
# Of the first block, two styles have more samples than are looked at, and which of them are would be a matter of chance.
DEEP = {"style_layers": {layer: 1.0 for layer in BRUSH_LAYERS if layer[5] != "1"}}
REFINING = [
    ("refining", BRUSH, ONE_STYLE, LARGE, LARGE_INITIAL, 2),
    # Every position of every layer is looked at, at every step.
    ("refining_small", BRUSH, ONE_STYLE, CONTENT, INITIAL, 1),
    ("refining_two_styles", BRUSH | DEEP, MASKED_STYLE, CONTENT, INITIAL, 1),
    ("refining_weighted", BRUSH | WEIGHTED | SOFTER, ONE_STYLE, LARGE, LARGE_INITIAL, 2),
]


def linear(count, length, scale):
    """Linear interpolation along an axis between pixels' centres, `scale` times as fine: count x length."""
    n = np.arange(count)
    place = (n + 0.5) / scale - 0.5
    first = np.floor(place).astype(int)
    matrix = np.zeros((count, length))
    matrix[n, np.clip(first, 0, length - 1)] += 1 - (place - first)
    matrix[n, np.clip(first + 1, 0, length - 1)] += place - first
    return matrix


def to_grid(count, length, block):
    """What a block's positions along an axis contribute to those of the grid: count x length."""
    if block > 3:
        return linear(count, length, 2 ** (block - 3))
    n = np.arange(count)
    taps = {1: (4 * n + 1, 4 * n + 2), 2: (2 * n, 2 * n + 1), 3: (n,)}[block]
    matrix = np.zeros((count, length))
    for tap in taps:
        matrix[n, tap] = 1 / len(taps)
    return matrix


def columns(features, share_of, rows, width):
    """All layers' features at the grid's positions, row by row: positions x channels."""
    parts = []
    for layer, share in share_of.items():
        height, length, channels = features[layer].shape
        down, across = to_grid(rows, height, level(layer) + 1), to_grid(width, length, level(layer) + 1)
        parts.append(np.sqrt(share / channels) * tf.einsum("yi,xj,ijc->yxc", down, across, features[layer]))
    return tf.reshape(tf.concat(parts, -1), [rows * width, -1])


class Samples:
    """Columns of a style, less their mean."""

    def __init__(self, columns):
        self.mean = columns.mean(0)
        self.centred = columns - self.mean
        length = np.linalg.norm(self.centred, axis=1)
        self.inverse = np.where(length < SHORT, 0, 1 / np.maximum(length, SHORT))

    def nearest(self, centred):
        """The first of the samples with the largest cosine, and by how much the cosine is larger than the next one."""
        likeness = centred @ self.centred.T * self.inverse
        best = likeness.argmax(1)
        two = np.partition(likeness, -2, 1)[:, -2:]
        margin = (two[:, 1] - two[:, 0]) / np.maximum(np.linalg.norm(centred, axis=1), SHORT)
        return best, margin

    def losses(self, columns, chosen):
        """One less the cosine of every column with the sample that is chosen for it."""
        centred = columns - self.mean
        square = tf.reduce_sum(centred**2, 1)
        short = square < SHORT**2
        target = self.centred[chosen] * self.inverse[chosen][:, None]
        cosine = tf.reduce_sum(centred * target, 1) / tf.sqrt(tf.where(short, 1.0, square))
        return 1 - tf.where(short, 0.0, cosine)


def allowed(style, layer, height, width):
    """Which of the positions of a style, row by row, at a layer may be painted with."""
    if style["own_mask"] is None:
        return np.ones(height * width, bool)
    mask = layer_mask(open_picture(style["own_mask"]), layer).numpy()
    away_from(mask, mask.max() / 2)
    return mask.ravel() >= mask.max() / 2


def styles_of_positions(styles, rows, width):
    """The number of each position's style, -1 where it has none."""
    if styles[0]["mask"] is None:
        assert len(styles) == 1, "how styles without masks share a picture is not part of this"
        return np.zeros(rows * width, int)
    masks = np.array([layer_mask(open_picture(style["mask"]), GRID).numpy().ravel() for style in styles])
    away_from(masks, 0.5)
    covered = masks >= 0.5
    assert covered.sum(0).max() == 1
    return np.where(covered.any(0), covered.argmax(0), -1)


def away_from(values, threshold):
    """No rounding decides what is on which side."""
    assert np.abs(values - threshold).min() > 1e-4


class Nearest(Objective):
    """The first pass: every position of the grid has its wanted column of a style for as long as the pass lasts."""

    def see_styles(self, styles):
        self.share_of = shares(self.settings["style_layers"])
        self.styles, self.at_most = styles, COLUMNS // len(styles)
        self.rows, self.width = (side // 4 for side in self.content_picture.shape[:2])
        self.style_of = styles_of_positions(styles, self.rows, self.width)
        seen = [self.columns_of(style) for style in styles]
        self.kept = [kept for kept, _ in seen]
        self.samples = [Samples(columns) for _, columns in seen]
        self.choose(columns(self.features_of(0.75 * self.content_picture + 0.25 * self.initial), *self.layout()).numpy())

    def layout(self):
        return self.share_of, self.rows, self.width

    def columns_of(self, style):
        """Which positions of a style's grid are kept, and their columns."""
        picture = open_picture(style["picture"])
        rows, width = (side // 4 for side in picture.shape[:2])
        kept = allowed(style, GRID, rows, width)
        assert kept.sum() <= self.at_most
        found = columns(self.features_of(tf.constant(picture)), self.share_of, rows, width)
        return kept.reshape(rows, width), found.numpy()[kept]

    def choose(self, mixed):
        """The wanted columns, of what is painted with, counted row by row."""
        self.wanted, self.margin = np.full(len(mixed), -1), 1.0
        for number, samples in enumerate(self.samples):
            here = self.style_of == number
            self.wanted[here], margin = samples.nearest((mixed - mixed.mean(0))[here])
            self.margin = min(self.margin, margin.min())

    def style_losses(self, features):
        """Of the layers if they have any, and the style's."""
        found = columns(features, *self.layout())
        losses = [
            samples.losses(tf.boolean_mask(found, self.style_of == number), self.wanted[self.style_of == number])
            for number, samples in enumerate(self.samples)
        ]
        return {}, tf.reduce_mean(tf.concat(losses, 0))

    def content_losses(self, features):
        for layer, target in self.content.items():
            if layer in self.settings["content_layers"]:
                unit = tf.reduce_mean(target**2) if self.settings["content_loss"] == "relative" else 1.0
                yield layer, tf.reduce_mean((features[layer] - target) ** 2) / unit

    def perceptual(self, picture):
        picture, weights = tf.constant(picture), self.settings["weights"]
        with tf.GradientTape() as tape:
            tape.watch(picture)
            features = self.features_of(picture)
            layers, style = self.style_losses(features)
            content = dict(self.content_losses(features))
            share_of = shares(self.settings["content_layers"])
            sums = {
                "style": weights["style"] * style,
                "content": weights["content"] * sum(share_of[layer] * loss for layer, loss in content.items()),
            }
            total = sums["style"] + sums["content"]
        floats = lambda losses: {name: float(loss) for name, loss in losses.items()}
        values = {"style": floats(layers), "content": floats(content)}
        return values, floats(sums), tape.gradient(total, picture).numpy()


def pcg(v):
    """Of 32-bit words: sums wrap around."""
    state = (v * 747796405 + 2891336453) & 0xFFFFFFFF
    word = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) & 0xFFFFFFFF
    return (word >> 22) ^ word


class Cells:
    """What is looked at of a layer's map: one position of each cell, which may be as small as a position."""

    def __init__(self, height, width):
        self.height, self.width = height, width
        if height * width <= SAMPLES:
            self.across, self.down = width, height
        else:
            self.across = min(max(int(np.sqrt(SAMPLES * width / height)), 1), width)
            self.down = min(max(SAMPLES // self.across, 1), height)

    def places(self, layer, step):
        """Row and column of every cell's position at a step, of a layer by its number."""
        for n in range(self.across * self.down):
            r = pcg(n + pcg(layer + pcg(step + SEED)))
            j, i = divmod(n, self.across)
            yield self.inside(j, self.down, self.height, r >> 16), self.inside(i, self.across, self.width, r & 0xFFFF)

    @staticmethod
    def inside(number, count, length, chance):
        first, end = number * length // count, (number + 1) * length // count
        return first + (chance * (end - first) >> 16)


class Refining(Nearest):
    """The second pass: every layer on its own; places and their nearest samples are new at every step."""

    def see_styles(self, styles):
        super().see_styles(styles)
        self.layer_samples = {layer: [] for layer in self.share_of}
        for style in styles:
            features = self.features_of(tf.constant(open_picture(style["picture"])))
            for layer, samples in self.layer_samples.items():
                height, width, channels = features[layer].shape
                kept = allowed(style, layer, height, width)
                assert kept.sum() <= SAMPLES // len(styles)
                samples.append(Samples(features[layer].numpy().reshape(-1, channels)[kept]))

    def look_at(self, layer, features):
        """Places, each one's style, features there, nearest sample and its margin, of a layer."""
        cells = Cells(*features.shape[:2])
        places = np.array(list(cells.places(layer_number(layer), self.step)))
        row, column = (places * 2 ** level(layer) // 4).T
        style_of = self.style_of[np.minimum(row, self.rows - 1) * self.width + np.minimum(column, self.width - 1)]
        found = tf.gather_nd(features, places)
        nearest, margin = np.full(len(places), -1), np.ones(len(places))
        for number, samples in enumerate(self.layer_samples[layer]):
            here = style_of == number
            nearest[here], margin[here] = samples.nearest(found.numpy()[here] - samples.mean)
        return places, style_of, found, nearest, margin

    def style_losses(self, features):
        losses = {}
        for layer, all_samples in self.layer_samples.items():
            places, style_of, found, nearest, _ = self.look_at(layer, features[layer])
            # Where no style is wanted there is no loss, but the position counts.
            losses[layer] = sum(
                tf.reduce_sum(samples.losses(tf.boolean_mask(found, style_of == number), nearest[style_of == number]))
                for number, samples in enumerate(all_samples)
            ) / len(places)
        return losses, sum(self.share_of[layer] * loss for layer, loss in losses.items())

    def seen(self, picture):
        """What is looked at of every layer, at a few cells."""
        features, record = self.features_of(tf.constant(picture)), {}
        for layer in self.share_of:
            cells = Cells(*features[layer].shape[:2])
            places, _, _, nearest, margin = self.look_at(layer, features[layer])
            count = len(places)
            numbers = sorted({n * (count - 1) // 7 for n in range(8)} | {1, 2, cells.across})
            record[layer] = {
                "cells": [cells.down, cells.across],
                # Number, row, column, nearest, margin.
                "places": [[n, *places[n].tolist(), none_if_negative(nearest[n]), float(margin[n])] for n in numbers],
                "margin": float(margin.min()),
            }
        return record


def none_if_negative(number):
    return None if number < 0 else int(number)


def in_rows(values, width):
    """Of the grid, a list a row."""
    values = [none_if_negative(value) for value in values]
    return [values[start : start + width] for start in range(0, len(values), width)]


def checked(objective, name):
    """Losses and gradient at the initial picture."""
    losses, gradient = objective(objective.initial)
    error = objective.slope_error(objective.initial)
    print(f"{name}: loss {losses['loss']:.6g}, gradient against a finite difference: {error}", file=sys.stderr)
    assert abs(error) < 1e-5
    return losses, gradient


def run_nearest(network):
    """No wanted column is nearer than the next by less than `margin`, 1e-4 of cosine or more, where f32 is right to 1e-6:
    `wanted` must be equal, and the losses and gradients as near as those of other variants, 5e-6 and 3e-5 of the root mean
    square (measured with the network in f32: 5e-7 and 7e-6)."""
    records = []
    for name, changes, styles in NEAREST:
        objective = Nearest(network, changes, styles)
        losses, gradient = checked(objective, name)
        expected = losses | {
            "style_of": in_rows(objective.style_of, objective.width),
            "wanted": in_rows(objective.wanted, objective.width),
            "kept": [[np.flatnonzero(row).tolist() for row in kept] for kept in objective.kept],
            "margin": float(objective.margin),
            "gradient": at_places(gradient),
        }
        records.append({"name": name, "settings": objective.settings, "styles": styles, "expected": expected})
    return records


def run_refining(network):
    """Places are integers and must be equal, and so must nearest samples whose margin is above 1e-5. The least margins are
    3e-6 to 1e-5; with the network in f32 every choice is still the same. The losses deserve 5e-6 (measured 5e-7), whatever
    is chosen between two that are as near. The gradient deserves 3e-5 (measured 9e-6) if no choice is another. If all that
    are nearer than 1e-5 were, it would be 1e-2 of the root mean square at the places and 1e-4 of the norm."""
    records = []
    for name, changes, styles, content, initial, count in REFINING:
        objective, steps = Refining(network, changes, styles, content, initial), []
        for objective.step in range(count):
            losses, gradient = checked(objective, f"{name}, step {objective.step}")
            seen = objective.seen(objective.initial)
            steps.append(losses | {"seen": seen, "gradient": at_places(gradient)})
        objective.step = 0
        layer = list(objective.share_of)[-1]
        features = objective.features_of(tf.constant(objective.initial))[layer]
        nearest = objective.look_at(layer, features)[3]
        records.append({
            "name": name, "content": content, "initial": initial, "seed": SEED,
            "settings": objective.settings, "styles": styles, "steps": steps,
            "nearest": {"layer": layer, "rows": in_rows(nearest, features.shape[1])},
        })
    return records


class Pyramid:
    """Adam on the levels of a Laplacian pyramid, of which only the sum, the picture, has to be kept."""

    def __init__(self):
        self.rate, self.beta1, self.beta2, self.epsilon = 2e-3, 0.9, 0.999, 1e-10
        self.moments, self.steps = None, 0

    @staticmethod
    def growths(height, width):
        """What brings each level to the next finer one, along its columns and along its rows."""
        growths = []
        while min(height, width) >= 8 and len(growths) < 5:
            coarse = height // 2, width // 2
            growths.append([linear(fine, half, fine / half) for fine, half in zip((height, width), coarse)])
            height, width = coarse
        return growths

    def step(self, x, g):
        growths = self.growths(*x.shape[:2])
        gradients = [g]
        for down, across in growths:
            gradients.append(np.einsum("yi,xj,yxc->ijc", down, across, gradients[-1]))
        self.moments = self.moments or [(0.0, 0.0)] * len(gradients)
        self.moments = [
            (self.beta1 * m + (1 - self.beta1) * g, self.beta2 * v + (1 - self.beta2) * g * g)
            for (m, v), g in zip(self.moments, gradients)
        ]
        self.steps += 1
        rate = self.rate * np.sqrt(1 - self.beta2**self.steps) / (1 - self.beta1**self.steps)
        moves = [-rate * m / (np.sqrt(v) + self.epsilon) for m, v in self.moments]
        move = moves.pop()
        for down, across in reversed(growths):
            move = moves.pop() + np.einsum("yi,xj,ijc->yxc", down, across, move)
        return np.clip(x + move, 0, 1)


ABOUT_PYRAMIDS = {
    "optimiser": "adam", "variables": "pyramid",
    "learning_rate": 2e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-10,
}
PYRAMIDS = [
    ("pyramid", Objective, {"weights": PLAIN}, CONTENT, INITIAL),
    ("pyramid_nearest", Nearest, BRUSH, CONTENT, INITIAL),
    ("pyramid_refining", Refining, BRUSH, LARGE, LARGE_INITIAL),
]


def run_pyramids(network):
    """A first step goes by the signs of the gradient's entries: `first` deserves 2e-6 (with the network in f32, 1e-9 at the
    places). Later ones feed what a pooling or a sample chooses otherwise back, by whole steps of 2e-3: at the places of
    `last`, f32 makes 6e-5 and a start that is a millionth other 1.5e-3, so that 2e-3 is what one may ask, where the picture
    has gone 3.5e-2 in the mean. The losses hardly feel it: 1e-4 (2e-5 in f32, 4e-5 in `spread`), but that of the content in
    `pyramid`, which is small, 3e-4 (7e-5 in f32)."""
    records = []
    for name, kind, changes, content, initial in PYRAMIDS:
        objective = kind(network, changes, ONE_STYLE, content, initial)
        record, pictures = run_of(name, objective, Pyramid(), ABOUT_PYRAMIDS)
        records.append({"content": content, "initial": initial, "seed": SEED} | record | {"first": at_places(pictures[0])})
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
        records.append({
            "kind": kind, "source": STYLE_A, "target": CONTENT, "matrix": change.tolist(), "mean": mean.tolist(),
            "covariance": covariance.tolist(), "pixels": at_places(matched), "clamped": at_places(np.clip(matched, 0, 1)),
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
    if arguments == ["--make-large-pictures"]:
        return make_large_pictures()
    parts = {
        "variants": run_variants,
        "runs": run_optimisers,
        "colours": lambda _: run_colours(),
        "luminance": lambda _: run_luminance(),
        "nearest": run_nearest,
        "refining": run_refining,
        "pyramid": run_pyramids,
    }
    if not arguments or not parts.keys() >= set(arguments[1:]):
        sys.exit(__doc__)
    network, file = Network(arguments[0]), HERE / "variants.json"
    numbers = json.loads(file.read_text()) if arguments[1:] else {"content": CONTENT, "initial": INITIAL}
    numbers |= {part: rounded(parts[part](network)) for part in arguments[1:] or parts}
    file.write_text(lines(numbers) + "\n")


if __name__ == "__main__":
    main()
