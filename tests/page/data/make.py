"""Makes the pictures beside it that the tests' own code cannot write: python3 make.py, with Pillow.

cmyk.jpg is in four inks, by quarters red, green, blue and white; the animated ones have a red, a green and a blue frame;
the red ones are in formats that few browsers open.
"""

from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 40, 30

inks = Image.new("CMYK", (WIDTH, HEIGHT))
for number, colour in enumerate([(0, 255, 255, 0), (255, 0, 255, 0), (255, 255, 0, 0), (0, 0, 0, 0)]):
    left, top = number % 2 * WIDTH // 2, number // 2 * HEIGHT // 2
    inks.paste(colour, (left, top, left + WIDTH // 2, top + HEIGHT // 2))
inks.save(FOLDER / "cmyk.jpg", quality=95)

first, *others = (Image.new("RGB", (WIDTH, HEIGHT), colour) for colour in ("red", "lime", "blue"))
for ending, options in {"gif": {}, "png": {}, "webp": {"lossless": True}, "avif": {"quality": 100}}.items():
    first.save(FOLDER / f"animated.{ending}", save_all=True, append_images=others, duration=50, loop=0, **options)

for ending in ("tif", "jp2"):
    first.save(FOLDER / f"red.{ending}")
