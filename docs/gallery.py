"""Paints every picture of gallery.md, from the samples that the project draws and a photograph with three paintings, and
writes gallery.md.

    ./build.sh && cargo build --release && python3 docs/gallery.py FOLDER

FOLDER has tubingen.jpg, starry_night.jpg, the_scream.jpg and shipwreck.jpg. On a graphics card it takes minutes, on a
software device a day; pictures that are there already are kept.
"""

import argparse
import struct
import subprocess
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "gallery"
SAMPLES = ROOT / "target" / "samples"
MASKS = ROOT / "target" / "gallery"
WIDTH, HEIGHT = 360, 240

# Six pairs: file name, caption, content and style. What is not a sample is in the folder that is given.
PAIRS = [
    ("harbour_glass", "the harbour like stained glass", "harbour.jpg", "glass.jpg"),
    ("neckarfront_starry", "the Neckarfront like The Starry Night", "tubingen.jpg", "starry_night.jpg"),
    ("neckarfront_scream", "like The Scream", "tubingen.jpg", "the_scream.jpg"),
    ("neckarfront_shipwreck", "like The Shipwreck", "tubingen.jpg", "shipwreck.jpg"),
    ("portrait_charcoal", "the portrait like charcoal", "portrait.jpg", "charcoal.jpg"),
    ("lake_poster", "the lake like the travel poster", "lake.jpg", "poster.jpg"),
]

HARBOUR = "harbour.jpg"
SWIRLS = ["swirls.jpg"]
FINE = ["--preset", "fine"]

# Title, text, and the pictures: file name, caption, styles, options.
SECTIONS = [
    (
        "Presets",
        "`brush` finds for every place the most similar one of the style; `fine` grows from small to large by the "
        "Wasserstein-2 distance and shows the mean of the last pictures. `tutorial` is TensorFlow's, at one size; `gatys` is "
        "the paper of 2015, from noise, with average pooling and L-BFGS; `sketch` is quick.",
        [
            ("brush", "`brush`, the default", SWIRLS, []),
            ("fine", "`fine`", SWIRLS, FINE),
            ("tutorial", "`tutorial`", SWIRLS, ["--preset", "tutorial"]),
            ("tutorial-plain", "`tutorial-plain`", SWIRLS, ["--preset", "tutorial-plain"]),
            ("gatys", "`gatys`", SWIRLS, ["--preset", "gatys"]),
            ("sketch", "`sketch`", SWIRLS, ["--preset", "sketch"]),
        ],
    ),
    (
        "Styles",
        "Any number of styles, blended by their parts; each at its own size beside the painting's.",
        [
            ("blend", "swirls and glass, `--blend 1,1`", ["swirls.jpg", "glass.jpg"], ["--blend", "1,1"]),
            ("small-strokes", "`--style-scale 0.5`", SWIRLS, ["--style-scale", "0.5"]),
            ("large-strokes", "`--style-scale 2`", SWIRLS, ["--style-scale", "2"]),
            ("masks", "swirls above, dots below, `--mask`", ["swirls.jpg", "dots.jpg"], ["--mask", "ABOVE,BELOW"]),
        ],
    ),
    (
        "What counts",
        "With `--preset fine`: which layers make the style and the content, how maps are made smaller, by what styles are "
        "compared, and how much each loss counts.",
        [
            (
                "fine-layers",
                "style from the first blocks",
                SWIRLS,
                [*FINE, "--style-layers", "block1_conv1,block2_conv1"],
            ),
            (
                "coarse-layers",
                "style from the last blocks",
                SWIRLS,
                [*FINE, "--style-layers", "block4_conv1,block5_conv1"],
            ),
            ("content", "`--content-weight 45`, ten times as much", SWIRLS, [*FINE, "--content-weight", "45"]),
            ("average", "`--pooling average`", SWIRLS, [*FINE, "--pooling", "average"]),
            ("gram", "`--style-loss gram`", SWIRLS, [*FINE, "--style-loss", "gram"]),
            ("relative", "`--style-loss relative`", SWIRLS, [*FINE, "--style-loss", "relative"]),
            ("nearest", "`--style-loss nearest`", SWIRLS, [*FINE, "--style-loss", "nearest"]),
            (
                "normalised",
                "`--normalise-gradients`",
                SWIRLS,
                [*FINE, "--normalise-gradients", "--style-weight", "1", "--content-weight", "4", "--tv-weight", "4e-6"],
            ),
        ],
    ),
    (
        "Start and optimiser",
        "From the content, from noise, or between; by Adam or L-BFGS.",
        [
            ("noise", "`--noise 1`", SWIRLS, ["--noise", "1"]),
            ("lbfgs", "`--preset fine --optimiser lbfgs`", SWIRLS, [*FINE, "--optimiser", "lbfgs"]),
        ],
    ),
    (
        "Colours and strength",
        "The content's colours can be kept, by its brightness alone or by giving the style the content's colours first "
        "(Gatys et al. 2016); and part of the content can be shown through.",
        [
            ("luminance", "`--colour luminance`", SWIRLS, ["--colour", "luminance"]),
            ("cholesky", "`--colour cholesky`", SWIRLS, ["--colour", "cholesky"]),
            ("symmetric", "`--colour symmetric`", SWIRLS, ["--colour", "symmetric"]),
            ("strength", "`--strength 0.6`", SWIRLS, ["--strength", "0.6"]),
        ],
    ),
]

LIKENESSES = [(0, "0"), (30, "30"), (60, "60, the usual"), (100, "100")]

HEAD = """# Gallery

Every picture was painted by Impasto itself. `gallery.py` makes them, and this page.

# Six pairs

512 pixels; to the left `brush`, the default, to the right `fine`.

PAIRS

*The Neckarfront in Tübingen after a photograph by Andreas Praefcke, CC BY 3.0.*

# Along the slider

From the photograph to the painting, `--likeness`: the portrait like charcoal, 384 pixels.

LIKENESS

# What the controls do

The harbour, 360 x 240 pixels, with the steps that each preset has.

| the content | swirls | glass | dots |
|---|---|---|---|
| ![A harbour town](gallery/harbour.jpg) | ![Night swirls](gallery/swirls.jpg) | ![Stained glass](gallery/stained.jpg) | \
![Pastel dots](gallery/dots.jpg) |
"""


def chunk(name, data):
    """One chunk of a PNG file."""
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def write_mask(path, value):
    """A grey PNG whose pixel in row y has `value(y / HEIGHT)`, from 0 to 1."""
    rows = b"".join(bytes([0]) + bytes([round(255 * value(y / HEIGHT))]) * WIDTH for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def paint(name, content, styles, options):
    """Paints one picture, unless it is there."""
    output = FOLDER / f"{name}.jpg"
    if output.exists():
        return
    masks = f"{MASKS / 'above.png'},{MASKS / 'below.png'}"
    options = [masks if option == "ABOVE,BELOW" else option for option in options]
    command = [ROOT / "target/release/impasto", content, *styles, "-o", output, "--quality", "90"]
    command += [*options, "--weights", ROOT / "target/weights/vgg19.safetensors"]
    subprocess.run([str(word) for word in command], check=True)


def table(pictures, columns):
    """Rows of pictures, each a caption and a name, under their captions."""
    page = ""
    for start in range(0, len(pictures), columns):
        row = pictures[start : start + columns]
        page += "| " + " | ".join(caption for caption, _ in row) + " |\n"
        page += "|" + "---|" * len(row) + "\n"
        cells = [f"![{caption.replace('`', '')}](gallery/{name}.jpg)" for caption, name in row]
        page += "| " + " | ".join(cells) + " |\n\n"
    return page.rstrip()


def paint_pairs(folder):
    """Each pair by the default and by `fine`, as a table."""

    def place(file):
        return SAMPLES / file if (SAMPLES / file).exists() else folder / file

    found = []
    for name, caption, content, style in PAIRS:
        for preset in ("brush", "fine"):
            paint(f"{name}_{preset}", place(content), [place(style)], ["--preset", preset, "--size", "512"])
            found.append((f"{caption}, `{preset}`", f"{name}_{preset}"))
    return table(found, 2)


def paint_likenesses():
    """One pair along the slider, as a table."""
    found = []
    for likeness, caption in LIKENESSES:
        name = f"likeness_{likeness}"
        options = ["--size", "384", "--likeness", str(likeness)]
        paint(name, SAMPLES / "portrait.jpg", [SAMPLES / "charcoal.jpg"], options)
        found.append((caption, name))
    return table(found, 4)


def paint_masks():
    """The sky ends at a little less than half of the picture's height; the seam is soft."""

    def above(y):
        return min(max((0.5 - y) * 10 + 0.5, 0), 1)

    write_mask(MASKS / "above.png", above)
    write_mask(MASKS / "below.png", lambda y: 1 - above(y))


def main():
    """Paints what is missing and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    MASKS.mkdir(parents=True, exist_ok=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    paint_masks()
    size = ["--size", str(WIDTH)]
    # A painting of no strength is its content.
    for sample, name in ((HARBOUR, "harbour"), ("swirls.jpg", "swirls"), ("glass.jpg", "stained"), ("dots.jpg", "dots")):
        one = ["--preset", "tutorial", "--steps", "1", "--strength", "0"]
        paint(name, SAMPLES / sample, [SAMPLES / sample], [*size, *one])
    page = HEAD.replace("PAIRS", paint_pairs(arguments.folder)).replace("LIKENESS", paint_likenesses())
    for title, text, pictures in SECTIONS:
        for name, _, styles, options in pictures:
            paint(name, SAMPLES / HARBOUR, [SAMPLES / style for style in styles], [*size, *options])
        page += f"\n## {title}\n\n{text}\n\n" + table([(caption, name) for name, caption, _, _ in pictures], 4) + "\n"
    (ROOT / "docs" / "gallery.md").write_text(page.rstrip() + "\n")


if __name__ == "__main__":
    main()
