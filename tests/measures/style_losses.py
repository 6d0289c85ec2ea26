"""Style losses that compare statistics of whole feature maps: Gram matrices, or means and covariances."""

import numpy as np
import tensorflow as tf

from vgg19 import LAYERS, block

ITERATIONS = 12
# In units of features of a picture in [0, 255].
W2_EPSILON = 0.3


def rows(features):
    """Positions x channels."""
    return tf.reshape(features, [-1, features.shape[-1]])


def gram(features):
    """The mean over the positions of all products of two channels (Gatys et al. 2015)."""
    x = rows(features)
    return tf.matmul(x, x, transpose_a=True) / tf.cast(tf.shape(x)[0], tf.float32)


def gram_loss(target):
    """The mean of squared differences from a target's Gram matrix."""
    wanted = gram(target)
    return lambda features: tf.reduce_mean((gram(features) - wanted) ** 2)


def relative_loss(target):
    """The same over the mean square of the target's."""
    wanted = gram(target)
    unit = tf.reduce_mean(wanted**2)
    return lambda features: tf.reduce_mean((gram(features) - wanted) ** 2) / unit


def root_and_inverse(a):
    """A matrix's square root and that one's inverse by Newton and Schulz's iteration."""
    norm = tf.norm(a)
    identity = tf.eye(a.shape[0])
    y, z = a / norm, identity
    for _ in range(ITERATIONS):
        t = (3 * identity - z @ y) / 2
        y, z = y @ t, t @ z
    return y * tf.sqrt(norm), z / tf.sqrt(norm)


def mean_and_covariance(features):
    """Of the channels."""
    mean = tf.reduce_mean(rows(features), 0)
    return mean, gram(features) - mean[:, None] * mean[None, :] + W2_EPSILON * tf.eye(features.shape[-1])


def wasserstein_loss(target):
    """The Wasserstein-2 distance of features taken as normally distributed (Crowson's style-transfer-pytorch)."""
    wanted_mean, wanted = mean_and_covariance(target)
    root, _ = root_and_inverse(wanted)
    channels = target.shape[-1]

    @tf.custom_gradient
    def distance(covariance):
        inner, inverse = root_and_inverse(root @ covariance @ root)
        slope = (tf.eye(channels) - root @ inverse @ root) / channels
        return tf.linalg.trace(wanted + covariance - 2 * inner) / channels, lambda upstream: upstream * slope

    def loss(features):
        mean, covariance = mean_and_covariance(features)
        return tf.reduce_mean((mean - wanted_mean) ** 2) + distance(covariance)

    return loss


LOSSES = {"gram": gram_loss, "relative": relative_loss, "wasserstein": wasserstein_loss}


def operations(positions, channels, kind):
    """Of a layer's comparison in a step: the Gram matrix and its gradient, and the products of a root."""
    products = 3 * ITERATIONS + 4 if kind == "wasserstein" else 0
    return 4 * positions * channels**2 + 2 * products * channels**3


class Statistics:
    """The loss of all style layers; it has one pass."""

    def __init__(self, style, sides, shares, kind):
        self.shares = shares
        self.losses = {layer: LOSSES[kind](style[layer]) for layer in shares}
        positions = {layer: np.prod([side >> block(layer) - 1 for side in sides]) for layer in shares}
        self.operations = sum(operations(positions[layer], LAYERS[layer], kind) for layer in shares)

    def __call__(self, features, _places):
        return tf.add_n([share * self.losses[layer](features[layer]) for layer, share in self.shares.items()])

    @staticmethod
    def places(_step):
        """Nothing is drawn."""
        return []
