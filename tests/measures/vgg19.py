"""VGG19 in TensorFlow, from the file of weights that Impasto loads, and what it costs."""

import tensorflow as tf

from safetensors_file import read_tensors

CHANNELS = {1: [64] * 2, 2: [128] * 2, 3: [256] * 4, 4: [512] * 4, 5: [512] * 2}
# The convolutions in order, with the number of their channels.
LAYERS = {f"block{b}_conv{n}": c for b, row in CHANNELS.items() for n, c in enumerate(row, 1)}
BGR_MEAN = (103.939, 116.779, 123.68)


def block(layer):
    """The block of a layer, from one: its map has been halved one time less."""
    return int(layer[5])


class Network:
    """VGG19 as far as block5_conv2, whose weights are entries of palettes."""

    def __init__(self, path):
        tensors = read_tensors(path)
        self.filters, self.biases = {}, {}
        for layer in LAYERS:
            weights = tensors[f"{layer}.weight.palette"][tensors[f"{layer}.weight.indices"]]
            self.filters[layer] = tf.constant(weights.transpose(2, 3, 1, 0))
            self.biases[layer] = tf.constant(tensors[f"{layer}.bias"])

    def features(self, picture, wanted, pooling="max", padding="zero"):
        """The wanted layers' features after ReLU, by name: height x width x channels, of a picture in [0, 1]."""
        found = {}
        pool = {"max": tf.nn.max_pool2d, "average": tf.nn.avg_pool2d}[pooling]
        x = tf.reverse(picture, [-1])[None] * 255 - tf.constant(BGR_MEAN)
        for layer, filters in self.filters.items():
            if layer.endswith("conv1") and block(layer) > 1:
                x = pool(x, 2, 2, "VALID")
            edge = "SAME"
            if padding == "replicate" and layer == "block1_conv1":
                # With one row of padding, symmetric is replicate.
                x, edge = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC"), "VALID"
            x = tf.nn.relu(tf.nn.conv2d(x, filters, 1, edge) + self.biases[layer])
            if layer in wanted:
                found[layer] = x[0]
            if len(found) == len(wanted):
                break
        return found


def layers_to(wanted):
    """The layers that must be computed for those that are wanted."""
    names = list(LAYERS)
    return names[: 1 + max(names.index(layer) for layer in wanted)]


def operations(height, width, wanted):
    """Additions and multiplications of direct convolution as far as the deepest of the wanted layers, forward only; going
    back to the picture takes as many."""
    total, inputs = 0, 3
    for layer in layers_to(wanted):
        halvings = block(layer) - 1
        total += 2 * 9 * inputs * LAYERS[layer] * (height >> halvings) * (width >> halvings)
        inputs = LAYERS[layer]
    return total
