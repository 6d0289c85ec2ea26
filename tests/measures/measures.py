"""Measures of a painting that nothing optimises, and in which no network is involved.

- style distance: the sliced Wasserstein distance between 7x7 patches of the picture and of the style, on every level of a
  Laplacian pyramid (Karras et al. 2018, "Progressive Growing of GANs", section 5); smaller is nearer. Specks and grain
  lower it, so it says how much of the style there is and not how well it is painted;
- SSIM of the brightness with the content's (Wang et al. 2004); larger keeps more of it;
- high frequencies: the variance of the pyramid's finest level over the style's own; one has the style's grain, more has
  noise on top of it, less is blurred;
- strokes: how far the picture's strokes are as long and as clear as the style's own, by the structure tensor's coherence
  (Weickert 1998, "Anisotropic Diffusion in Image Processing", section 2.2; the root of his, over the sum of the eigenvalues):
  one where all edges around run in one direction, zero where none prevails. Compared are the distributions of both
  pictures, weighted by the strength of the edges, on several scales; smaller is nearer. Grain and specks have less
  coherence than strokes, a photograph too, and houses that dissolve into swirls have more;
- palette: the sliced Wasserstein distance of the colours;
- stray colours: the share of pixels whose colour is nowhere in the style, farther than 10 in CIE Lab from every pixel of it.
"""

from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree
from skimage.color import rgb2lab
from skimage.metrics import structural_similarity
from skimage.transform import pyramid_expand, pyramid_reduce

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


def similarity(picture, content):
    """SSIM of the brightness."""
    return structural_similarity(brightness(picture), brightness(content), data_range=1)


# Sigma of the picture before its slopes are taken, and of the window over which these are gathered, in pixels.
STROKE_SCALES = [(0.7, 2), (0.7, 4), (1, 3), (1.5, 4), (2, 6)]
QUANTILES = np.linspace(0.05, 0.95, 19)


def coherences(picture, inner, outer):
    """The quantiles of the coherence of a picture's edges, weighted by their strength."""
    down, right = np.gradient(gaussian_filter(brightness(picture), inner))
    across, mixed, along = (gaussian_filter(product, outer) for product in (right**2, right * down, down**2))
    strength = across + along
    # Where there is no edge at all there is nothing to run in any direction, and no weight either.
    coherence = np.sqrt((across - along) ** 2 + 4 * mixed**2) / np.maximum(strength, 1e-12)
    order = np.argsort(coherence, axis=None)
    weight = np.cumsum(np.sqrt(strength).ravel()[order])
    return np.interp(QUANTILES, weight / max(weight[-1], 1e-12), coherence.ravel()[order])


def strokes(picture, style):
    """The mean difference of the quantiles over all scales, in thousandths."""
    pairs = ((coherences(picture, *scale), coherences(style, *scale)) for scale in STROKE_SCALES)
    return 1000 * np.mean([np.abs(a - b).mean() for a, b in pairs])


def palette(picture, style):
    """The distance of as many random pixels of each, in thousandths of the range."""
    random = np.random.default_rng(1)
    count = min(picture.shape[0] * picture.shape[1], style.shape[0] * style.shape[1])
    a, b = (random.choice(pixels.reshape(-1, 3), count, replace=False) for pixels in (picture, style))
    return 1000 * sliced_wasserstein(a, b, random)


# CIE Lab: some four of the differences that one just sees.
STRAY = 10


def stray_colours(picture, style):
    """The share of the picture's pixels, from zero to one."""
    palette_of_style = cKDTree(rgb2lab(style).reshape(-1, 3))
    distances, _ = palette_of_style.query(rgb2lab(picture).reshape(-1, 3))
    return (distances > STRAY).mean()
