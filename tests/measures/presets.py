"""Compares pictures of one content and style, painted in the same time, by measures that no preset optimises.

    pip install numpy pillow scikit-image scipy
    python3 presets.py CONTENT STYLE --size 256 --seconds 600 -o FOLDER

paints with each preset for about that time on the machine's GPU, and prints a table; with `--measure PICTURE...` in place
of `--seconds` and `-o` it measures pictures that are there. What is measured stands in measures.py.
"""

import argparse
import json
import subprocess
import time
from pathlib import Path

import measures

ROOT = Path(__file__).resolve().parent.parent.parent


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


COLUMNS = ["preset", "seconds", "steps", "style distance", "SSIM", "high frequencies", "strokes", "palette", "stray colours"]


def print_row(name, seconds, steps, picture, content, style):
    """One row of the table; the picture is measured at the content's size."""
    found = [
        f"{measures.style_distance(picture, style):.1f}",
        f"{measures.similarity(picture, content):.3f}",
        f"{measures.high_frequencies(picture, style):.2f}",
        f"{measures.strokes(picture, style):.0f}",
        f"{measures.palette(picture, style):.1f}",
        f"{100 * measures.stray_colours(picture, style):.1f} %",
    ]
    print("|", " | ".join([name, f"{seconds:.0f}", steps, *found]), "|", flush=True)


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
    content, style = (measures.opened(path, arguments.size) for path in (arguments.content, arguments.style))
    print("|", " | ".join(COLUMNS), "|")
    print("|" + "---|" * len(COLUMNS))
    print_row("the content", 0, "", content, content, style)
    for path in arguments.measure:
        print_row(path.stem, 0, "", measures.opened(path, arguments.size), content, style)
    if arguments.measure:
        return
    arguments.output.mkdir(parents=True, exist_ok=True)
    for preset in arguments.presets:
        counts = steps_in(arguments.seconds, preset, arguments, arguments.output)
        path = arguments.output / f"{preset}.png"
        seconds = paint(preset, counts, arguments, path)
        steps = f"{counts[3]} + {counts[1]} a size"
        print_row(f"`{preset}`", seconds, steps, measures.opened(path), content, style)


if __name__ == "__main__":
    main()
