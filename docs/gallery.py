"""Paints every picture of gallery.md, from the samples that the project draws, and writes gallery.md.

    ./build.sh && cargo build --release && python3 docs/gallery.py [PAINTINGS]

PAINTINGS is a folder with the photograph and the three paintings of the first pairs, which are not the project's own; without
it those pairs are left as they are. Pictures that are there already are kept. With a graphics card it takes some minutes, on
a processor a day.
"""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "gallery"
SAMPLES = ROOT / "target" / "samples"
MASKS = ROOT / "target" / "gallery"
WIDTH, HEIGHT = 384, 256
PAIR_SIZE = 512

SWIRLS = ["swirls.jpg"]
FINE = ["--preset", "fine"]

# File name, content and style: of the folder that is given, and of the samples.
FOREIGN_PAIRS = [
    ("neckarfront_starry", "tubingen.jpg", "starry_night.jpg"),
    ("neckarfront_scream", "tubingen.jpg", "the_scream.jpg"),
    ("neckarfront_shipwreck", "tubingen.jpg", "shipwreck.jpg"),
]
OWN_PAIRS = [
    ("harbour_glass", "harbour.jpg", "glass.jpg"),
    ("portrait_charcoal", "portrait.jpg", "charcoal.jpg"),
    ("lake_poster", "lake.jpg", "poster.jpg"),
]

# Title, text, and the pictures: file name, caption, styles, options.
SECTIONS = [
    (
        "Presets",
        "`brush` finds for every place the most similar one of the style; `fine` grows from small to large by the "
        "Wasserstein-2 distance and shows the mean of the last pictures; `sketch` is a quick `brush`. `tutorial` is "
        "TensorFlow's, at one size; `gatys` is the paper of 2015, from noise, with average pooling and L-BFGS.",
        [
            ("brush", "`brush`, the default", SWIRLS, []),
            ("fine", "`fine`", SWIRLS, FINE),
            ("sketch", "`sketch`", SWIRLS, ["--preset", "sketch"]),
            ("tutorial", "`tutorial`", SWIRLS, ["--preset", "tutorial"]),
            ("tutorial-plain", "`tutorial-plain`", SWIRLS, ["--preset", "tutorial-plain"]),
            ("gatys", "`gatys`", SWIRLS, ["--preset", "gatys"]),
        ],
    ),
    (
        "Styles",
        "Any number of styles, blended by their parts; each at its own size beside the painting's.",
        [
            ("glass", "stained glass", ["glass.jpg"], []),
            ("blend", "swirls and glass, `--blend 1,1`", ["swirls.jpg", "glass.jpg"], ["--blend", "1,1"]),
            ("small-strokes", "`--style-scale 0.5`", SWIRLS, ["--style-scale", "0.5"]),
            ("large-strokes", "`--style-scale 2`", SWIRLS, ["--style-scale", "2"]),
            ("masks", "swirls above, dots below, `--mask`", ["swirls.jpg", "dots.jpg"], ["--mask", "ABOVE,BELOW"]),
            ("turned", "`--turned-styles`", SWIRLS, ["--turned-styles"]),
        ],
    ),
    (
        "What counts",
        "Which layers make the style and the content, how maps are made smaller, by what styles are compared, and how "
        "much each loss counts, with the preset `fine`.",
        [
            ("fine-layers", "style from the first blocks", SWIRLS, [*FINE, "--style-layers", "block1_conv1=256,block2_conv1=64"]),
            ("coarse-layers", "style from the last blocks", SWIRLS, [*FINE, "--style-layers", "block3_conv1=16,block4_conv1=4"]),
            ("content", "`--content-weight 18`", SWIRLS, [*FINE, "--content-weight", "18"]),
            ("average", "`--pooling average`", SWIRLS, [*FINE, "--pooling", "average"]),
            ("gram", "`--style-loss gram`", SWIRLS, [*FINE, "--style-loss", "gram"]),
            ("relative", "`--style-loss relative`", SWIRLS, [*FINE, "--style-loss", "relative"]),
            (
                "normalised",
                "`--normalise-gradients`, style and content alike",
                SWIRLS,
                [*FINE, "--normalise-gradients", "--style-weight", "1", "--content-weight", "1", "--tv-weight", "0"],
            ),
        ],
    ),
    (
        "Start",
        "From the content, from noise, or between.",
        [
            ("noise", "`--noise 1`", SWIRLS, ["--noise", "1"]),
            ("fine-noise", "`--preset fine --noise 1`", SWIRLS, [*FINE, "--noise", "1"]),
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

HEAD = """# Gallery

## Six pairs

Upper row by `brush`, the default, lower row by `fine`; 512 pixels, painted on an NVIDIA H100 in two and in six seconds.

| like The Starry Night | like The Scream | like The Shipwreck |
|---|---|---|
| ![The Neckarfront with swirls](gallery/neckarfront_starry.jpg) | ![The Neckarfront in orange](gallery/neckarfront_scream.jpg) | \
![The Neckarfront in storm light](gallery/neckarfront_shipwreck.jpg) |
| ![The same by fine](gallery/neckarfront_starry_fine.jpg) | ![The same by fine](gallery/neckarfront_scream_fine.jpg) | \
![The same by fine](gallery/neckarfront_shipwreck_fine.jpg) |

| the harbour like stained glass | the portrait like charcoal | the lake like the travel poster |
|---|---|---|
| ![A harbour of glass](gallery/harbour_glass.jpg) | ![A drawn portrait](gallery/portrait_charcoal.jpg) | \
![A lake in few colours](gallery/lake_poster.jpg) |
| ![The same by fine](gallery/harbour_glass_fine.jpg) | ![The same by fine](gallery/portrait_charcoal_fine.jpg) | \
![The same by fine](gallery/lake_poster_fine.jpg) |

Pair by pair, the default beside `fine`: like The Starry Night the default has the painting's strokes, on the houses too, whose \
windows can be counted; `fine` has more of the tree and a livelier sky. Like The Scream `fine` has the sky of waves, and the \
default the brown planks of the bridge; `fine` is the better picture there. Like The Shipwreck the default is a storm in oil \
and `fine` a photograph in its light. Like glass the default has clear panes between leads, `fine` more and smaller ones in more \
colours. Like charcoal the face is clean by the default, and drawn with more of the chalk by `fine`. Like the poster the default \
is flat as a print, and `fine` lays its dots over everything. The default takes a third of the time and has no grain on any pair, \
so it is the default.

*The Neckarfront in Tübingen after a photograph by Andreas Praefcke, CC BY 3.0.*

## Along the slider

From the photograph to the painting, `--likeness`: the portrait like charcoal.

| 0 | 30 | 60, the usual | 100 |
|---|---|---|---|
| ![Hardly painted](gallery/likeness_0.jpg) | ![Lightly painted](gallery/likeness_30.jpg) | ![Painted](gallery/likeness_60.jpg) | \
![All painting](gallery/likeness_100.jpg) |

# What the controls do

Every picture below was painted by the engine from its own samples, 384 x 256 pixels, each preset with its own steps. \
`gallery.py` makes them, and this page.

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


def run(name, content, styles, options):
    """Has the engine paint one picture, unless it is there."""
    output = FOLDER / f"{name}.jpg"
    if output.exists():
        return
    command = [ROOT / "target/release/impasto", content, *styles, *options, "-o", output, "--quality", "90"]
    command += ["--weights", ROOT / "target/weights/vgg19.safetensors"]
    subprocess.run([str(word) for word in command], check=True)


def paint(name, styles, options):
    """One picture of what the controls do."""
    masks = f"{MASKS / 'above.png'},{MASKS / 'below.png'}"
    options = [masks if option == "ABOVE,BELOW" else option for option in options]
    run(name, SAMPLES / "harbour.jpg", [SAMPLES / style for style in styles], ["--size", WIDTH, *options])


def paint_pair(name, content, style):
    """One pair by the default and by `fine`."""
    for preset, ending in [("brush", ""), ("fine", "_fine")]:
        run(name + ending, content, [style], ["--preset", preset, "--size", PAIR_SIZE])


def shrink(sample, name):
    """A sample at the pictures' size: a painting of no strength is its content."""
    still = ["--size", WIDTH, "--first-size", "4096", "--steps", "1", "--strength", "0"]
    run(name, SAMPLES / sample, [SAMPLES / sample], still)


def paint_pairs():
    """The pairs at the head of the page, and one of them along the slider."""
    for name, content, style in OWN_PAIRS:
        paint_pair(name, SAMPLES / content, SAMPLES / style)
    for likeness in [0, 30, 60, 100]:
        slider = ["--likeness", likeness, "--size", WIDTH]
        run(f"likeness_{likeness}", SAMPLES / "portrait.jpg", [SAMPLES / "charcoal.jpg"], slider)
    for folder in sys.argv[1:]:
        for name, content, style in FOREIGN_PAIRS:
            paint_pair(name, Path(folder) / content, Path(folder) / style)


def main():
    """Paints what is missing and writes the page."""
    MASKS.mkdir(parents=True, exist_ok=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    # The sky ends at a little less than half of the picture's height; the seam is soft.
    above = lambda y: min(max((0.5 - y) * 10 + 0.5, 0), 1)
    write_mask(MASKS / "above.png", above)
    write_mask(MASKS / "below.png", lambda y: 1 - above(y))
    paint_pairs()
    for sample, name in [("harbour.jpg", "harbour"), ("swirls.jpg", "swirls"), ("glass.jpg", "stained"), ("dots.jpg", "dots")]:
        shrink(sample, name)
    page = HEAD
    for title, text, pictures in SECTIONS:
        page += f"\n## {title}\n\n{text}\n\n"
        for name, caption, styles, options in pictures:
            paint(name, styles, options)
        for start in range(0, len(pictures), 4):
            row = pictures[start : start + 4]
            page += "| " + " | ".join(caption for _, caption, _, _ in row) + " |\n"
            page += "|" + "---|" * len(row) + "\n"
            cells = [f"![{caption.replace('`', '')}](gallery/{name}.jpg)" for name, caption, _, _ in row]
            page += "| " + " | ".join(cells) + " |\n\n"
    (ROOT / "docs" / "gallery.md").write_text(page.rstrip() + "\n")


if __name__ == "__main__":
    main()
