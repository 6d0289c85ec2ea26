"""Style losses by nearest neighbours (Kolkin et al. 2022, "Neural Neighbor Style Transfer"): the features at each place of
the picture are drawn to those at the place of the style that resembles it most, as directions from the mean."""

import numpy as np
import tensorflow as tf

import resampling
from vgg19 import LAYERS, block

# Positions of the grid have that many pixels a side.
STEP = 4
LEAST_LENGTH = 1e-6
# Rows of a product of all with all that are in memory at once.
ROWS = 1024


def to_grid(features, layer, height, width):
    """A layer's features at the positions of a grid as fine as block 3's map: the mean of the four around a position's
    centre where the map is finer, by linear interpolation where it is coarser."""
    if block(layer) == 3:
        return features[:height, :width]
    scale = 2.0 ** (block(layer) - 3)
    down, across = (
        resampling.matrix(np.clip((np.arange(length) + 0.5) / scale - 0.5, 0, side - 1), side)
        for length, side in ((height, features.shape[0]), (width, features.shape[1]))
    )
    return resampling.apply(down, across, features)


def hypercolumns(features, shares, height, width):
    """Positions x the numbers of all layers, for a picture of that size."""
    columns = [
        to_grid(features[layer], layer, height // STEP, width // STEP) * (share / LAYERS[layer]) ** 0.5
        for layer, share in shares.items()
    ]
    columns = tf.concat(columns, -1)
    return tf.reshape(columns, [-1, columns.shape[-1]])


def subset(count, most, seed):
    """The numbers of at most so many of `count`, in order."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def inverse_lengths(rows):
    """Zero where there is nearly no length."""
    length = tf.norm(rows, axis=-1)
    return tf.where(length < LEAST_LENGTH, 0.0, 1 / tf.maximum(length, LEAST_LENGTH))


class Samples:
    """Features of the style as directions from their mean."""

    def __init__(self, rows):
        self.mean = tf.reduce_mean(rows, 0)
        self.directions = rows - self.mean
        self.directions *= inverse_lengths(self.directions)[:, None]

    def nearest(self, centred):
        """The number of the one with the largest cosine, for each row."""
        parts = [
            tf.argmax(tf.matmul(centred[begin : begin + ROWS], self.directions, transpose_b=True), 1)
            for begin in range(0, centred.shape[0], ROWS)
        ]
        return tf.concat(parts, 0)


def cosine_distance(rows, mean, wanted):
    """The mean of 1 - cosine, without a gradient where a row has no length."""
    centred = rows - mean
    squares = tf.reduce_sum(centred**2, -1)
    usable = squares >= LEAST_LENGTH**2
    length = tf.sqrt(tf.where(usable, squares, 1.0))
    cosine = tf.where(usable, tf.reduce_sum(centred * wanted, -1) / length, 0.0)
    return tf.reduce_mean(1 - cosine)


class Hypercolumns:
    """The first pass: hypercolumns, whose neighbours are found once, in a blend of the content with the picture."""

    def __init__(self, style, blend, shares, settings):
        self.shares, (self.height, self.width) = shares, blend["size"]
        rows = hypercolumns(style, shares, *style["size"])
        kept = subset(rows.shape[0], settings["positions"], settings["seed"])
        samples = Samples(tf.gather(rows, kept))
        self.mean = samples.mean
        asked = hypercolumns(blend, shares, self.height, self.width)
        asked -= tf.reduce_mean(asked, 0)
        self.chosen = samples.nearest(asked)
        self.wanted = tf.gather(samples.directions, self.chosen)
        cosine = tf.reduce_mean(tf.reduce_sum(asked * self.wanted, -1) * inverse_lengths(asked))
        self.note = f"the nearest of {len(kept)} positions have a mean cosine of {float(cosine):.4f}"
        self.comparing = 2 * asked.shape[0] * len(kept) * asked.shape[1]

    def __call__(self, features, _places):
        rows = hypercolumns(features, self.shares, self.height, self.width)
        return cosine_distance(rows, self.mean, self.wanted)

    @staticmethod
    def places(_step):
        """Nothing is drawn."""
        return []

    operations = 0


def pcg(v):
    """Jarzynski and Olano 2020, "Hash Functions for GPU Rendering"; of an array of u32."""
    state = v * np.uint32(747796405) + np.uint32(2891336453)
    word = ((state >> ((state >> np.uint32(28)) + np.uint32(4))) ^ state) * np.uint32(277803737)
    return (word >> np.uint32(22)) ^ word


def cells(height, width, most):
    """Into how many rows and columns a map is divided, so that there are at most so many cells."""
    if height * width <= most:
        return height, width
    across = min(max(int(np.floor(np.sqrt(most * width / height))), 1), width)
    return min(max(most // across, 1), height), across


def drawn_places(layer, step, height, width, most, seed):
    """One random position of each cell of a map, as a number along the map's rows."""
    down, across = cells(height, width, most)
    j, i = (index.ravel().astype(np.uint32) for index in np.meshgrid(np.arange(down), np.arange(across), indexing="ij"))
    with np.errstate(over="ignore"):
        layer, step, seed = (np.array([number & 0xFFFFFFFF], np.uint32) for number in (layer, step, seed))
        random = pcg(j * np.uint32(across) + i + pcg(layer + pcg(step + seed)))

    def place(cell, count, length, share):
        begin, end = (((cell + more) * length // count).astype(np.uint32) for more in (0, 1))
        return begin + (share * (end - begin) >> np.uint32(16))

    x = place(i.astype(np.int64), across, width, random & np.uint32(0xFFFF))
    y = place(j.astype(np.int64), down, height, random >> np.uint32(16))
    return (y * width + x).astype(np.int32)


class SingleLayers:
    """The second pass: each layer on its own, at places that are drawn anew at every step, as are their neighbours."""

    def __init__(self, style, blend, shares, settings):
        self.shares, self.most, self.seed = shares, settings["samples"], settings["seed"]
        self.maps = {layer: blend[layer].shape for layer in shares}
        self.samples, self.operations = {}, 0
        for layer, (height, width, channels) in self.maps.items():
            rows = tf.reshape(style[layer], [-1, channels])
            kept = subset(rows.shape[0], self.most, self.seed)
            self.samples[layer] = Samples(tf.gather(rows, kept))
            self.operations += 2 * np.prod(cells(height, width, self.most)) * len(kept) * channels

    def __call__(self, features, places):
        distances = [
            self.distance(features[layer], self.samples[layer], place) for layer, place in zip(self.shares, places)
        ]
        return tf.add_n([share * distance for share, distance in zip(self.shares.values(), distances)])

    @staticmethod
    def distance(features, samples, place):
        """That of one layer."""
        rows = tf.gather(tf.reshape(features, [-1, features.shape[-1]]), place)
        nearest = samples.nearest(tf.stop_gradient(rows - samples.mean))
        return cosine_distance(rows, samples.mean, tf.gather(samples.directions, nearest))

    def places(self, step):
        """One array of positions a layer."""
        numbers = list(LAYERS)
        return [
            tf.constant(drawn_places(numbers.index(layer), step, height, width, self.most, self.seed))
            for layer, (height, width, _) in self.maps.items()
        ]

    comparing = 0
    note = "each layer on its own"
