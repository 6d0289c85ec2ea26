"""Growing pictures and maps, along each side by a matrix."""

import numpy as np
import tensorflow as tf


def places(length, source):
    """Where the centres of `length` pixels lie among `source` ones."""
    return (np.arange(length) + 0.5) * source / length - 0.5


def linear(distance):
    """The weight of a tap for linear interpolation."""
    return np.maximum(1 - np.abs(distance), 0)


def cubic(distance, a=-0.75):
    """Keys 1981, "Cubic convolution interpolation for digital image processing"."""
    d = np.abs(distance)
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return np.where(d < 1, near, np.where(d < 2, far, 0))


def matrix(where, source, weight=linear):
    """One row for each place; taps outside take the nearest pixel."""
    found = np.zeros((len(where), source))
    for tap in range(-1, 3):
        position = np.floor(where) + tap
        column = np.clip(position, 0, source - 1).astype(int)
        np.add.at(found, (np.arange(len(where)), column), weight(where - position))
    return tf.constant(found, tf.float32)


def apply(down, across, x):
    """Both sides of height x width x channels."""
    return tf.einsum("yj,jxc->yxc", down, tf.einsum("xi,jic->jxc", across, x))


def grown(x, height, width, weight):
    """The whole picture at another size."""
    down = matrix(places(height, x.shape[0]), x.shape[0], weight)
    return apply(down, matrix(places(width, x.shape[1]), x.shape[1], weight), x)
