"""Makes the pictures beside it, whose colours are not what their numbers say: python3 make.py, with Pillow.

Each is of eight fields of colour, four by two. colours.json has what Chromium makes of them by way of the page's decoder,
which tests/page/colours.test.js compares with it, and tests/engine/colours.rs with what the command line opens.
"""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parent
SIDE = 16
# Saturated and pale, dark and light.
FIELDS = [(230, 40, 30), (30, 200, 60), (40, 60, 220), (250, 250, 250), (120, 120, 120), (245, 200, 90), (90, 30, 80), (20, 16, 30)]
INKS = [(0, 220, 240, 0), (200, 10, 250, 20), (240, 180, 0, 10), (0, 0, 0, 0), (0, 0, 0, 128), (10, 60, 180, 0), (90, 180, 40, 90), (200, 180, 160, 220)]

# Colour profiles (ICC.1:2010)

D50 = (0.9642, 1.0, 0.8249)
D65 = (0.3127, 0.329)
P3 = ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06))
ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
SRGB = ((0.64, 0.33), (0.3, 0.6), (0.15, 0.06))
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def product(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def inverse(m):
    (a, b, c), (d, e, f), (g, h, i) = m
    rows = [[e * i - f * h, c * h - b * i, b * f - c * e], [f * g - d * i, a * i - c * g, c * d - a * f], [d * h - e * g, b * g - a * h, a * e - b * d]]
    determinant = a * rows[0][0] + b * rows[1][0] + c * rows[2][0]
    return [[value / determinant for value in row] for row in rows]


def xyz(x, y):
    return [x / y, 1.0, (1 - x - y) / y]


def colorants(primaries):
    """The columns' X, Y and Z, adapted to D50 by Bradford's matrix."""
    columns = [list(column) for column in zip(*(xyz(*primary) for primary in primaries))]
    white = xyz(*D65)
    amounts = [row[0] for row in product(inverse(columns), [[value] for value in white])]
    matrix = [[value * amount for value, amount in zip(row, amounts)] for row in columns]
    bradford = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    seen = [[row[0] for row in product(bradford, [[value] for value in light])] for light in (white, D50)]
    scale = [[seen[1][n] / seen[0][n] if n == m else 0.0 for m in range(3)] for n in range(3)]
    adapt = product(product(inverse(bradford), scale), bradford)
    return list(zip(*product(adapt, matrix)))


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def xyz_tag(values):
    return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)


def gamma_tag(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def curve_tag(parameters):
    return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + b"".join(fixed(value) for value in parameters)


def profile(space, version, tags, connection=b"XYZ ", kind=b"mntr"):
    name = b"made for a test"
    tags = {b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + bytes(79), b"cprt": b"text\0\0\0\0none\0", b"wtpt": xyz_tag(D50), **tags}
    table, data = b"", b""
    first = 128 + 4 + 12 * len(tags)
    for key, value in tags.items():
        table += key + struct.pack(">II", first + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    header = struct.pack(">I4sI4s4s4s", first + len(data), bytes(4), version << 24, kind, space, connection)
    header += bytes(12) + b"acsp" + bytes(28) + b"".join(fixed(value) for value in D50)
    header += bytes(128 - len(header))
    return header + struct.pack(">I", len(tags)) + table + data


def of_colours(primaries, curve):
    keys = [b"rXYZ", b"gXYZ", b"bXYZ"]
    tags = dict(zip(keys, map(xyz_tag, colorants(primaries))))
    return profile(b"RGB ", 2 if curve.startswith(b"curv") else 4, {**tags, **dict.fromkeys([b"rTRC", b"gTRC", b"bTRC"], curve)})


def turning():
    """Red, green and blue change places, by a table of CIE Lab that no matrix could take the place of."""
    grid = 9
    nodes = b""
    for place in range(grid**3):
        red, green, blue = (place // grid**power % grid / (grid - 1) for power in (2, 1, 0))
        lab = (100 * (0.3 * red + 0.5 * green + 0.2 * blue), 60 * (green - blue), 60 * (red * red - blue * green))
        values = (lab[0] * 652.8, (lab[1] + 128) * 256, (lab[2] + 128) * 256)
        nodes += b"".join(struct.pack(">H", round(value)) for value in values)
    identity = b"".join(fixed(value) for value in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    straight = struct.pack(">2H", 0, 65535)
    table = b"mft2\0\0\0\0" + bytes([3, 3, grid, 0]) + identity + struct.pack(">2H", 2, 2) + straight * 3 + nodes + straight * 3
    return profile(b"RGB ", 2, {b"A2B0": table}, connection=b"Lab ")


def of_inks():
    """Inks that are paler and warmer than those of a screen, as a table of CIE Lab."""
    grid = 5
    nodes = b""
    for place in range(grid**4):
        amounts = [place // grid**power % grid / (grid - 1) for power in (3, 2, 1, 0)]
        cyan, magenta, yellow, black = amounts
        lightness = 95 * (1 - 0.4 * cyan) * (1 - 0.5 * magenta) * (1 - 0.08 * yellow) * (1 - 0.85 * black)
        colour = 1 - 0.9 * black
        a = colour * (70 * magenta - 35 * cyan - 5 * yellow) + 1
        b = colour * (85 * yellow - 45 * cyan - 5 * magenta) + 4
        nodes += bytes([round(lightness * 2.55), round(a + 128), round(b + 128)])
    straight = bytes(range(256))
    identity = b"".join(fixed(value) for value in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    table = b"mft1\0\0\0\0" + bytes([4, 3, grid, 0]) + identity + straight * 4 + nodes + straight * 3
    return profile(b"CMYK", 2, {b"A2B0": table}, connection=b"Lab ", kind=b"prtr")


DISPLAY_P3 = of_colours(P3, curve_tag(SRGB_CURVE))
ADOBE_RGB = of_colours(ADOBE, gamma_tag(563 / 256))
GREY = profile(b"GRAY", 2, {b"kTRC": gamma_tag(1.0)})
PAPER = of_inks()

# Pictures


def fields(mode, colours):
    image = Image.new(mode, (4 * SIDE, 2 * SIDE))
    for number, colour in enumerate(colours):
        left, top = number % 4 * SIDE, number // 4 * SIDE
        image.paste(colour, (left, top, left + SIDE, top + SIDE))
    return image


PLAIN = fields("RGB", FIELDS)
GREYS = fields("L", [red for red, _, _ in FIELDS])
JPEG = {"quality": 100, "subsampling": 0}


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data.tobytes()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png(name, chunks, image=PLAIN, depth=8):
    """With those chunks before the picture."""
    kind = {"L": 0, "RGB": 2, "P": 3, "RGBA": 6}[image.mode]
    rows = []
    for y in range(image.height):
        row = image.crop((0, y, image.width, y + 1)).tobytes()
        # A byte twice is the same part of the whole in sixteen bits.
        rows.append(b"\0" + (bytes(value for value in row for _ in range(2)) if depth == 16 else row))
    header = struct.pack(">IIBBBBB", image.width, image.height, depth, kind, 0, 0, 0)
    palette = [(b"PLTE", bytes(image.getpalette()))] if image.mode == "P" else []
    parts = [(b"IHDR", header), *chunks, *palette, (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b"")]
    (FOLDER / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))


def with_profile(data):
    return (b"iCCP", b"a\0\0" + zlib.compress(data, 9))


def gamma(value):
    return (b"gAMA", struct.pack(">I", round(value * 100_000)))


def chromaticities(primaries):
    values = [value for pair in (D65, *primaries) for value in pair]
    return (b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in values)))


def code_points(primaries, transfer, full=1):
    return (b"cICP", bytes([primaries, transfer, 0, full]))


def write_inks(name, transform, data=None, marked=True):
    """A JPEG of four inks, with Adobe's marker or without; with a transform of 2 the first three are Y, Cb and Cr."""
    inks = INKS
    if transform == 2:
        def seen(cyan, magenta, yellow, black):
            luma, blue, red = fields("RGB", [(cyan, magenta, yellow)]).convert("YCbCr").getpixel((0, 0))
            return (255 - luma, 255 - blue, 255 - red, black)
        inks = [seen(*ink) for ink in INKS]
    buffer = io.BytesIO()
    fields("CMYK", inks).save(buffer, "JPEG", quality=100, **({"icc_profile": data} if data else {}))
    file = bytearray(buffer.getvalue())
    place = file.index(b"Adobe\0")
    # Version, two flags, and then the transform.
    file[place + 11] = transform
    if not marked:
        del file[place - 4 : place + 12]
    (FOLDER / name).write_bytes(file)


def save(name, image, **options):
    image.save(FOLDER / name, **options)


write_png("plain.png", [])
save("plain.jpg", PLAIN, **JPEG)
save("plain.webp", PLAIN, lossless=True)
for name, data in {"p3": DISPLAY_P3, "adobe": ADOBE_RGB}.items():
    write_png(f"{name}.png", [with_profile(data)])
    save(f"{name}.jpg", PLAIN, icc_profile=data, **JPEG)
    save(f"{name}.webp", PLAIN, icc_profile=data, lossless=True)
    save(f"{name}.tif", PLAIN, icc_profile=data)
write_png("p3_16.png", [with_profile(DISPLAY_P3)], depth=16)
write_png("p3_clear.png", [with_profile(DISPLAY_P3)], fields("RGBA", [(*colour, 140) for colour in FIELDS]))
write_png("p3_palette.png", [with_profile(DISPLAY_P3)], PLAIN.quantize(8))
write_png("grey_plain.png", [], GREYS)
write_png("grey.png", [with_profile(GREY)], GREYS)
save("grey.jpg", GREYS, icc_profile=GREY, quality=100)
write_png("grey_of_colours.png", [with_profile(ADOBE_RGB)], GREYS)
save("grey_of_colours.jpg", GREYS, icc_profile=ADOBE_RGB, quality=100)
write_png("colours_of_grey.png", [with_profile(GREY)])
save("colours_of_grey.jpg", PLAIN, icc_profile=GREY, **JPEG)
save("table.jpg", PLAIN, icc_profile=turning(), **JPEG)
write_png("other_profile.png", [with_profile(PAPER)])
write_png("broken_profile.png", [with_profile(DISPLAY_P3[:200])])

write_png("gamma.png", [gamma(1 / 1.8)])
write_png("gamma_grey.png", [gamma(1.0)], GREYS)
write_png("gamma_p3.png", [gamma(1 / 1.8), chromaticities(P3)])
write_png("chromaticities.png", [chromaticities(P3)])
write_png("gamma_srgb.png", [gamma(1 / 1.8), (b"sRGB", b"\0")])
write_png("gamma_profile.png", [gamma(1.0), chromaticities(SRGB), with_profile(ADOBE_RGB)])
write_png("gamma_of_srgb.png", [gamma(0.45455), chromaticities(SRGB)])
write_png("gamma_near.png", [gamma(0.46)])

write_png("code_points_p3.png", [code_points(12, 13)])
write_png("code_points_2020.png", [code_points(9, 14)])
write_png("code_points_film.png", [code_points(8, 4)])
write_png("code_points_240.png", [code_points(7, 7)])
write_png("code_points_linear.png", [code_points(1, 8)])
write_png("code_points_cinema.png", [code_points(11, 17)])
write_png("code_points_xyz.png", [code_points(10, 13)])
write_png("grey_code_points.png", [code_points(12, 8)], GREYS)
write_png("code_points_unknown.png", [code_points(2, 2), with_profile(ADOBE_RGB)])
write_png("code_points_profile.png", [code_points(12, 13), gamma(1.0), with_profile(ADOBE_RGB)])
write_png("code_points_narrow.png", [code_points(12, 13, full=0)])
write_png("code_points_pq.png", [code_points(9, 16)])
write_png("code_points_hlg.png", [code_points(9, 18)])
# Up to the brightest; the fields are brighter than most pictures.
RAMP = fields("RGB", [(value, value * 3 // 4, value // 2) for value in (40, 80, 120, 150, 170, 190, 220, 255)])
write_png("code_points_pq_16.png", [code_points(9, 16)], RAMP, depth=16)
write_png("code_points_hlg_16.png", [code_points(1, 18)], RAMP, depth=16)

write_inks("inks.jpg", 0)
write_inks("inks_by_luma.jpg", 2)
write_inks("inks_unmarked.jpg", 0, marked=False)
write_inks("inks_of_colours.jpg", 0, ADOBE_RGB)
write_inks("inks_profile.jpg", 0, PAPER)
write_inks("inks_by_luma_profile.jpg", 2, PAPER)

save("turned.jpg", PLAIN, exif=exif(6), **JPEG)
save("turned.webp", PLAIN, exif=exif(6), lossless=True)
write_png("turned.png", [(b"eXIf", exif(6).removeprefix(b"Exif\0\0"))])
save("turned.tif", PLAIN, tiffinfo={0x0112: 6})
save("turned_p3.jpg", PLAIN, exif=exif(8), icc_profile=DISPLAY_P3, **JPEG)
