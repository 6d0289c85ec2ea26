#!/usr/bin/env python3
"""How far two runs of the same optimisation part in TensorFlow itself: the ground for the bounds of tests/engine/reference_run.rs.

Repeats the run of tensorflow_tutorial.py from its own inputs, then again from inputs changed by one part in ten
million (the rounding of float32) and in a million, and compares the pictures after some steps. The sign in total
variation's gradient and the choice in max pooling turn a difference in the last digit into one of a whole step.

Usage: tensorflow_against_itself.py VGG19.npz PREFIX, for PREFIX.content.png and PREFIX.style.png. Writes
PREFIX.step10.png, the picture after ten steps. With TF_ENABLE_ONEDNN_OPTS=0 TensorFlow's own kernels run in place of
oneDNN's; `--against FILE.png` then compares the last picture with that of the other run.
Needs PyPI: tensorflow-cpu, numpy, pillow.
"""
import argparse
import numpy as np
import tensorflow as tf
from PIL import Image

STYLE = [f"block{i}_conv1" for i in range(1, 6)]
SNAPSHOTS = (1, 10, 100)


def network(path):
    keras = tf.keras.applications.VGG19(include_top=False, weights=None)
    arrays = np.load(path)
    for layer in keras.layers:
        if layer.name + "_W" in arrays:
            layer.set_weights([arrays[layer.name + "_W"].transpose(2, 3, 1, 0), arrays[layer.name + "_b"]])
    keras.trainable = False
    return tf.keras.Model(keras.input, [keras.get_layer(name).output for name in STYLE + ["block5_conv2"]])


def gram(x):
    positions = tf.cast(tf.shape(x)[1] * tf.shape(x)[2], tf.float32)
    return tf.linalg.einsum("bijc,bijd->bcd", x, x) / positions


def paint(model, content, style, start):
    def features(x):
        outputs = model(tf.keras.applications.vgg19.preprocess_input(x * 255.0))
        return [gram(x) for x in outputs[:5]], outputs[5]

    style_targets, content_target = features(style)[0], features(content)[1]
    picture = tf.Variable(start)
    adam = tf.keras.optimizers.Adam(learning_rate=0.02, beta_1=0.99, epsilon=1e-1)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            grams, deep = features(picture)
            style_loss = tf.add_n([tf.reduce_mean((x - y) ** 2) for x, y in zip(grams, style_targets)]) * 1e-2 / 5
            content_loss = tf.reduce_mean((deep - content_target) ** 2) * 1e4
            loss = style_loss + content_loss + 30 * tf.reduce_sum(tf.image.total_variation(picture))
        adam.apply_gradients([(tape.gradient(loss, picture), picture)])
        picture.assign(tf.clip_by_value(picture, 0.0, 1.0))

    snapshots = {}
    for number in range(1, max(SNAPSHOTS) + 1):
        step()
        if number in SNAPSHOTS:
            snapshots[number] = np.floor(picture.numpy()[0] * 255 + 0.5)
    return snapshots


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weights")
    parser.add_argument("prefix")
    parser.add_argument("--against")
    arguments = parser.parse_args()
    model = network(arguments.weights)

    def read(name):
        return np.asarray(Image.open(arguments.prefix + name), np.float32)

    content, style = (tf.constant(read(name)[None] / 255) for name in (".content.png", ".style.png"))
    first = paint(model, content, style, content)
    if arguments.against:
        print("against the file:", np.abs(first[100] - np.asarray(Image.open(arguments.against), float)).mean())
        return
    Image.fromarray(first[10].astype(np.uint8)).save(arguments.prefix + ".step10.png")
    print("against the reference run:", np.abs(first[100] - read(".png")).mean())
    for change in (1e-7, 1e-6):
        for seed in range(3):
            noise = np.random.default_rng(seed).standard_normal(content.shape).astype(np.float32)
            other = paint(model, content, style, tf.clip_by_value(content * (1 + change * noise), 0, 1))
            parted = {number: round(float(np.abs(first[number] - other[number]).mean()), 3) for number in SNAPSHOTS}
            print(f"changed by {change}: mean difference in 1/255 after steps {parted}", flush=True)


main()
