"""The style's colours: given to the content before it is painted, and kept to."""

import numpy as np
import tensorflow as tf
from PIL import Image
from scipy.spatial import cKDTree

LEAST_VARIANCE = 1e-6
CELLS = 32
MARGIN = 0.03


def statistics(colours):
    """Mean and covariance of colours, one a row."""
    mean = colours.mean(0)
    spread = colours - mean
    return mean, spread.T @ spread / len(colours) + LEAST_VARIANCE * np.eye(3)


def power(covariance, exponent):
    """A symmetric matrix to that power."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors @ np.diag(np.maximum(values, LEAST_VARIANCE) ** exponent) @ vectors.T


def toned(content, style, share):
    """So much of the content's colours brought to the mean and covariance of the style's; pictures of 8 bits."""
    own, wanted = (np.asarray(picture, np.float64).reshape(-1, 3) / 255 for picture in (content, style))
    (mean, covariance), (new_mean, new_covariance) = statistics(own), statistics(wanted)
    change = power(new_covariance, 0.5) @ power(covariance, -0.5)
    matched = np.clip((own - mean) @ change.T + new_mean, 0, 1)
    values = np.floor((own + share * (matched - own)) * 255 + 0.5)
    return Image.fromarray(values.astype(np.uint8).reshape(np.asarray(content).shape))


class Palette:
    """The colours of a style, by cells of the cube of colours: in each the mean of those there are, or the nearest such."""

    def __init__(self, style):
        colours = style.numpy().reshape(-1, 3)
        cells = np.floor(colours.astype(np.float64) * (CELLS - 1) + 0.5).astype(int) @ [CELLS**2, CELLS, 1]
        sums = np.stack([np.bincount(cells, colours[:, channel], CELLS**3) for channel in range(3)], -1)
        counts = np.bincount(cells, minlength=CELLS**3)[:, None]
        means = (sums[counts[:, 0] > 0] / counts[counts[:, 0] > 0]).astype(np.float32)
        along = np.linspace(0, 1, CELLS)
        middles = np.stack(np.meshgrid(along, along, along, indexing="ij"), -1).reshape(-1, 3)
        _, nearest = cKDTree(means).query(middles)
        self.nearest = tf.constant(means[nearest])

    def loss(self, picture):
        """The mean of the squares by which pixels are farther than the margin from the nearest colour."""
        cell = tf.cast(tf.floor(tf.clip_by_value(picture, 0, 1) * (CELLS - 1) + 0.5), tf.int32)
        nearest = tf.gather(self.nearest, (cell[..., 0] * CELLS + cell[..., 1]) * CELLS + cell[..., 2])
        # The root has no slope at zero.
        distance = tf.sqrt(tf.maximum(tf.reduce_sum((picture - nearest) ** 2, -1), 1e-12))
        return tf.reduce_mean(tf.nn.relu(distance - MARGIN) ** 2)
