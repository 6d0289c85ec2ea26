"""Compares pictures of one content and style, painted in the same time, by measures that no preset optimises.

    pip install numpy pillow scikit-image
    python3 presets.py CONTENT STYLE --size 256 --seconds 600 -o FOLDER

paints with each preset for about that time on the machine's GPU, and prints a table; with `--measure PICTURE...` in place
of `--seconds` and `-o` it measures pictures that are there:

- style distance: the sliced Wasserstein distance between 7x7 patches of the picture and of the style, on every level of a
  Laplacian pyramid (Karras et al. 2018, "Progressive Growing of GANs", section 5), no network involved; smaller is nearer;
- SSIM of the brightness with the content's (Wang et al. 2004); larger keeps more of it;
- high frequencies: the variance of the pyramid's finest level over the style's own; one has the style's grain, more has
  noise on top of it, less is blurred.
"""

import argparse
import json
import subprocess
import time
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity
from skimage.transform import pyramid_expand, pyramid_reduce

ROOT = Path(__file__).resolve().parent.parent.parent
PATCH = 7
PATCHES = 8192
DIRECTIONS = 256
LEAST_SIDE = 16


def opened(path, size=None):
    """A picture as height x width x 3 in [0, 1], its longer side that long."""
    picture = Image.open(path).convert("RGB")
    if size:
        scale = size / max(picture.size)
        picture = picture.resize([round(side * scale) for side in picture.size], Image.LANCZOS)
    return np.asarray(picture, dtype=np.float64) / 255


def laplacian_pyramid(picture):
    """Its levels from fine to coarse, the last one the small picture itself."""
    levels = []
    while min(picture.shape[:2]) >= 2 * LEAST_SIDE:
        small = pyramid_reduce(picture, channel_axis=-1)
        large = pyramid_expand(small, channel_axis=-1)[: picture.shape[0], : picture.shape[1]]
        levels.append(picture - large)
        picture = small
    return [*levels, picture]


def patches(level, random):
    """Patches from all over a level, one a row."""
    height, width = level.shape[:2]
    rows = random.integers(0, height - PATCH + 1, PATCHES)
    columns = random.integers(0, width - PATCH + 1, PATCHES)
    reach = np.arange(PATCH)
    found = level[rows[:, None, None] + reach[:, None], columns[:, None, None] + reach]
    return found.reshape(PATCHES, -1)


def sliced_wasserstein(a, b, random):
    """The mean distance of two sets of vectors seen along random directions."""
    directions = random.normal(size=(a.shape[1], DIRECTIONS))
    directions /= np.linalg.norm(directions, axis=0)
    return np.abs(np.sort(a @ directions, axis=0) - np.sort(b @ directions, axis=0)).mean()


def style_distance(picture, style):
    """The mean over the levels that both have, in thousandths of the range."""
    random = np.random.default_rng(1)
    levels = zip(laplacian_pyramid(picture), laplacian_pyramid(style))
    distances = [sliced_wasserstein(patches(a, random), patches(b, random), random) for a, b in levels]
    return 1000 * np.mean(distances)


def high_frequencies(picture, style):
    """The finest level's variance over the style's."""
    return laplacian_pyramid(picture)[0].var() / laplacian_pyramid(style)[0].var()


def brightness(picture):
    """By Rec. 601."""
    return picture @ [0.299, 0.587, 0.114]


def paint(preset, options, arguments, output):
    """Seconds that painting took."""
    command = [arguments.impasto, arguments.content, arguments.style, "-o", output, "--preset", preset]
    command += ["--size", arguments.size, *options, "--weights", arguments.weights]
    begin = time.monotonic()
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return time.monotonic() - begin


def steps_in(seconds, preset, arguments, folder):
    """The factor by which a preset's steps must be multiplied to take that long, from two short runs."""
    settings = subprocess.run(
        [str(arguments.impasto), str(arguments.content), str(arguments.style), "--preset", preset]
        + ["--size", str(arguments.size), "--print-settings"],
        check=True,
        capture_output=True,
    )
    settings = json.loads(settings.stdout)
    least = max(2, round(settings["steps"] / 100))
    first = max(2, round(settings["firstSteps"] / 100))

    def run(times):
        counts = ["--steps", times * least, "--first-steps", times * first]
        return paint(preset, counts, arguments, folder / "short.png")

    short, longer = run(1), run(3)
    each = (longer - short) / 2
    times = max(1, (seconds - short) / each + 1)
    return ["--steps", max(1, round(times * least)), "--first-steps", max(1, round(times * first))]


def print_row(name, seconds, steps, picture, content, style):
    """One row of the table."""
    similarity = structural_similarity(brightness(picture), brightness(content), data_range=1)
    found = [style_distance(picture, style), similarity, high_frequencies(picture, style)]
    print("| {} | {:.0f} | {} | {:.2f} | {:.3f} | {:.2f} |".format(name, seconds, steps, *found), flush=True)


def main():
    """Paints and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--presets", nargs="+", default=["tutorial", "fine"])
    parser.add_argument("--measure", nargs="+", type=Path, default=[])
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "target/measures")
    parser.add_argument("--impasto", type=Path, default=ROOT / "target/release/impasto")
    parser.add_argument("--weights", type=Path, default=ROOT / "target/weights/vgg19.safetensors")
    arguments = parser.parse_args()
    content, style = opened(arguments.content, arguments.size), opened(arguments.style, arguments.size)
    print("| preset | seconds | steps | style distance | SSIM | high frequencies |")
    print("|---|---|---|---|---|---|")
    print_row("the content", 0, "", content, content, style)
    for path in arguments.measure:
        print_row(path.stem, 0, "", opened(path), content, style)
    if arguments.measure:
        return
    arguments.output.mkdir(parents=True, exist_ok=True)
    for preset in arguments.presets:
        counts = steps_in(arguments.seconds, preset, arguments, arguments.output)
        path = arguments.output / f"{preset}.png"
        seconds = paint(preset, counts, arguments, path)
        steps = f"{counts[3]} + {counts[1]} a size"
        print_row(f"`{preset}`", seconds, steps, opened(path), content, style)


if __name__ == "__main__":
    main()
