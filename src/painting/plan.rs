//! The plan of a painting's memory: what each buffer takes, before any of it is allocated.

use std::fmt;

use super::easel::{bands, levels};
use super::job::Job;
use crate::gpu::{Allowance, GpuError, megabytes};
use crate::kernels::gram::triangle;
use crate::kernels::lbfgs::LbfgsBuffers;
use crate::kernels::matrix::Factors;
use crate::kernels::nearest::candidates;
use crate::kernels::palette::PaletteBuffer;
use crate::kernels::record::CAPACITY;
use crate::losses::{
    Division, Layout, SCRATCH_MATRICES, cut, hypercolumn_grid, loss_sums, mask_bytes,
    needs_scratch, regions, sample_room, style_room, widest,
};
use crate::maps::{Bands, Grid, Precision, Shape};
use crate::network::{Extent, Method, View, kept_filters, partial_vectors, transient_bytes};
use crate::settings::{LayerWeights, Optimiser, Perception, Pooling, StyleLoss};
use crate::vgg19::{CONVOLUTIONS, layer_shape, layer_shapes, pooled_after};

const NUMBER: u64 = size_of::<f32>() as u64;

const VECTOR: u64 = 4 * NUMBER;

const MATRIX: u64 = 16 * NUMBER;

/// Numbers in the description of one quantity of a step's record.
const QUANTITY: u64 = 3 * NUMBER;

/// What [`Factors`] take.
const FACTORS: u64 = Factors::LENGTH as u64 * NUMBER;

/// The buffers of one label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Entry {
    /// As the buffers are labelled.
    pub label: &'static str,
    /// How many there are.
    pub count: u32,
    /// Of all of them together.
    pub bytes: u64,
}

/// The memory of one painting.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Plan {
    /// What is there while it paints.
    pub entries: Vec<Entry>,
    /// Pixels of a window's sides, or of the picture's.
    pub window: (u32, u32),
    /// How many windows there are.
    pub windows: usize,
    largest: u64,
    /// What is there while the style's targets are computed, before most of the above.
    style_bytes: u64,
    keeps_filters: bool,
}

impl Plan {
    /// The plan for a job, with windows of at most that side and buffers of at most so many bytes wherever they can be split.
    pub fn new(job: &Job, window_side: u32, buffer: u64) -> Self {
        let Job {
            picture,
            method,
            perception,
            ..
        } = *job;
        let (styles, contents) = (perception.style_layers, perception.content_layers);
        let cut = cut(&perception, window_side);
        let grid = Grid::new(picture, cut);
        let bands = bands(job.optimiser, picture, buffer);
        let mut list = List::default();
        list.add_network(method.precision);
        list.add_bands("picture", bands, 1);
        match job.optimiser {
            Optimiser::Adam => {
                list.add_bands("moments", bands, 2);
                for level in levels(job.variables, picture) {
                    let bands = Bands::new(level, buffer);
                    list.add_bands("coarse gradient", bands, 1);
                    list.add_bands("coarse moments", bands, 2);
                }
            }
            Optimiser::Lbfgs => {
                for (label, bytes) in LbfgsBuffers::all_sizes(picture, job.history) {
                    list.add(label, bytes);
                }
            }
        }
        if job.averaging {
            list.add_bands("mean picture", bands, 1);
        }
        let nearest = perception.style_loss == StyleLoss::Nearest;
        if nearest {
            list.add_style_samples(job);
        } else {
            for layer in job.styles.iter().flat_map(|_| styles.layers()) {
                list.add_target(&perception, layer);
            }
        }
        let before_style = list.total();

        if View::copies(&grid, bands) {
            list.add("window", grid.window.vectors() as u64 * VECTOR);
            list.add_bands("picture gradient", bands, 1);
        }
        let extent = Extent::of_painting(&perception, &grid, job.keeps_filters);
        list.add_pass(&grid, &extent, method);
        let division = Division {
            grid: &grid,
            bands,
            precision: method.precision,
            buffer,
        };
        for part in contents
            .layers()
            .flat_map(|layer| division.content_parts(layer))
        {
            list.add("content target", part.bytes(division.content_precision()));
        }
        let regions = regions(job.styles.iter().map(|style| style.region));
        if nearest {
            list.add_samples(job, &grid);
        }
        for region in regions.iter().filter(|_| !nearest) {
            for layer in styles.layers() {
                list.add("Gram difference", matrix(layer));
                if region.len() > 1 {
                    list.add_target(&perception, layer);
                }
                if perception.style_loss == StyleLoss::Relative {
                    list.add("style unit", NUMBER);
                }
                if perception.style_loss == StyleLoss::Wasserstein {
                    list.add("style root", matrix(layer));
                    list.add("style offset", vectors(layer));
                }
            }
            list.add_sums(&perception);
        }
        for _ in job.styles.iter().filter(|style| style.region && !nearest) {
            list.add_mask("mask", picture, &styles);
        }
        if needs_scratch(&perception) {
            list.add_scratch(&styles);
        }
        for _ in contents.layers() {
            list.add("factors", FACTORS);
        }
        let sums = loss_sums(&perception, &division, regions.len(), job.refining);
        list.add("partial sums", sums * NUMBER);
        list.add("palette", PaletteBuffer::BYTES);
        for band in bands.iter().filter(|_| job.guarded) {
            list.add(
                "kept picture",
                (u64::from(band.shape.positions()) + 1) * NUMBER,
            );
        }
        let compared = if nearest && !job.refining {
            1
        } else {
            styles.layers().count()
        };
        let quantities = (compared + contents.layers().count()) as u64 + 4;
        list.add("quantities", quantities * QUANTITY);
        list.add("records", u64::from(CAPACITY) * (quantities + 1) * NUMBER);
        list.add("progress", NUMBER);

        let style_lists = job.styles.iter().map(|style| {
            let shape = style.shape;
            let (grid, bands) = (Grid::new(shape, cut), Bands::new(shape, buffer));
            let mut list = List::default();
            list.add_bands("style picture", bands, 1);
            if nearest {
                list.add_places(job, shape);
            }
            if style.source && !nearest {
                list.add_mask("style mask", shape, &styles);
            }
            if View::copies(&grid, bands) {
                list.add("style window", grid.window.vectors() as u64 * VECTOR);
            }
            list.add_pass(&grid, &Extent::of_style(&perception, &grid), method);
            if !nearest {
                list.add_sums(&perception);
            }
            (list.total(), list.largest)
        });
        let (style_bytes, style_largest) = style_lists.fold((0, 0), |(bytes, largest), next| {
            (bytes.max(next.0), largest.max(next.1))
        });
        Self {
            window: (grid.window.width, grid.window.height),
            windows: grid.windows.len(),
            largest: list.largest.max(style_largest),
            style_bytes: before_style + style_bytes,
            entries: list.entries,
            keeps_filters: job.keeps_filters,
        }
    }

    /// The plan with the largest windows that fit, at best the whole picture, and at the very best with the transformed filters
    /// kept; none where no windows do.
    pub fn fitting(job: &Job, allowance: Allowance) -> Option<(u32, Self)> {
        let fits = |side| {
            let plan = Self::new(job, side, allowance.buffer);
            plan.fits(allowance).then_some((side, plan))
        };
        let styles = job.styles.iter().map(|style| style.shape);
        let shapes = styles.chain([job.picture]);
        let longest = shapes
            .map(|shape| shape.width.max(shape.height))
            .max()
            .unwrap_or(0);
        let keeping = Job {
            keeps_filters: true,
            ..job.clone()
        };
        let keeping = Self::new(&keeping, longest, allowance.buffer);
        if keeping.fits(allowance) {
            return Some((longest, keeping));
        }
        if let Some(whole) = fits(longest) {
            return Some(whole);
        }
        let least = cut(&job.perception, longest).least_side();
        largest_that(least, longest, |side| fits(side).is_some()).and_then(fits)
    }

    /// The longest side of pictures, all of the proportions given, for which there is a plan.
    pub fn largest_side(job: &Job, allowance: Allowance) -> Option<u32> {
        let longest = job.picture.width.max(job.picture.height);
        largest_that(16, longest, |side| {
            Self::fitting(&job.with_longest_side(side), allowance).is_some()
        })
    }

    /// The plan for those that fit, or why there is none.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`].
    pub fn choose(job: &Job, allowance: Allowance) -> Result<(u32, Self), GpuError> {
        Self::fitting(job, allowance).ok_or_else(|| GpuError::TooLarge {
            allowed: allowance.total / 1_000_000,
            largest: Self::largest_side(job, allowance),
        })
    }

    /// Whether Winograd's filters are kept transformed.
    pub fn keeps_filters(&self) -> bool {
        self.keeps_filters
    }

    /// Bytes of all buffers together at the worst moment.
    pub fn bytes(&self) -> u64 {
        let painting = self.entries.iter().map(|entry| entry.bytes).sum::<u64>();
        painting.max(self.style_bytes)
    }

    /// Bytes of the largest buffer.
    pub fn largest_buffer(&self) -> u64 {
        self.largest
    }

    fn fits(&self, allowance: Allowance) -> bool {
        self.bytes() <= allowance.total && self.largest <= allowance.buffer
    }
}

/// The largest number of the range for which `holds`, which holds for all numbers below one for which it does.
fn largest_that(from: u32, to: u32, holds: impl Fn(u32) -> bool) -> Option<u32> {
    if !holds(from) {
        return None;
    }
    let (mut yes, mut no) = (from, to + 1);
    while yes + 1 < no {
        let middle = yes + (no - yes) / 2;
        if holds(middle) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    Some(yes)
}

/// A layer's map over the least picture.
fn least(layer: usize) -> Shape {
    layer_shape(Shape::new(16, 16, 3), layer)
}

/// Bytes of a Gram matrix of a layer.
fn matrix(layer: usize) -> u64 {
    let quads = u64::from(least(layer).quads());
    quads * quads * MATRIX
}

/// Bytes of a number for each of a layer's channels.
fn vectors(layer: usize) -> u64 {
    u64::from(least(layer).quads()) * VECTOR
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Entry {
            label,
            count,
            bytes,
        } in &self.entries
        {
            writeln!(f, "{:10.2} MB  {label} ({count})", megabytes(*bytes))?;
        }
        writeln!(f, "{:10.2} MB  in all", megabytes(self.bytes()))?;
        writeln!(
            f,
            "{:10.2} MB  in the largest buffer",
            megabytes(self.largest)
        )?;
        let (width, height) = self.window;
        match self.windows {
            1 => write!(f, "The picture is computed as a whole."),
            count => write!(
                f,
                "The picture is computed by {count} windows of {width} x {height} pixels."
            ),
        }
    }
}

#[derive(Debug, Default)]
struct List {
    entries: Vec<Entry>,
    largest: u64,
}

impl List {
    fn total(&self) -> u64 {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }

    fn add(&mut self, label: &'static str, bytes: u64) {
        self.largest = self.largest.max(bytes);
        match self.entries.iter_mut().find(|entry| entry.label == label) {
            Some(entry) => {
                entry.count += 1;
                entry.bytes += bytes;
            }
            None => self.entries.push(Entry {
                label,
                count: 1,
                bytes,
            }),
        }
    }

    /// So many vec4 a pixel.
    fn add_bands(&mut self, label: &'static str, bands: Bands, vectors: u64) {
        for band in bands.iter() {
            self.add(label, vectors * band.shape.vectors() as u64 * VECTOR);
        }
    }

    fn add_network(&mut self, precision: Precision) {
        for layer in &CONVOLUTIONS {
            let (inputs, outputs) = (layer.inputs.div_ceil(4), layer.outputs.div_ceil(4));
            self.add(
                "filter",
                (inputs * outputs * 9 * 4) as u64 * precision.vector_bytes(),
            );
            self.add("bias", outputs as u64 * VECTOR);
        }
    }

    fn add_pass(&mut self, grid: &Grid, extent: &Extent, method: Method) {
        let last = extent.last;
        for _ in 0..2 {
            let bytes = transient_bytes(method, grid.window, last, extent.spare);
            self.add("transient", bytes.next_multiple_of(NUMBER));
        }
        let partials = partial_vectors(method, grid.window, last, extent.spare) as u64;
        if partials > 0 {
            self.add("sums of slices", partials * VECTOR);
        }
        let keeps = extent.keeps_filters;
        for filter in kept_filters(method, grid.window, last, extent.spare, keeps) {
            self.add("transformed filter", filter.bytes);
        }
        for (layer, (_, shape)) in layer_shapes(grid.window).enumerate().take(last + 1) {
            if extent.kept.contains(&layer) {
                self.add(CONVOLUTIONS[layer].name, shape.bytes(method.precision));
            }
            self.add("ReLU mask", shape.mask_words() as u64 * NUMBER);
            if layer != last && pooled_after(layer) && extent.pooling == Pooling::Max {
                self.add("pooling choices", shape.choice_words() as u64 * NUMBER);
            }
        }
    }

    /// What is known of a layer's features over styles.
    fn add_target(&mut self, perception: &Perception, layer: usize) {
        self.add("style target", matrix(layer));
        if perception.style_loss == StyleLoss::Wasserstein {
            self.add("style mean", vectors(layer));
        }
    }

    fn add_sums(&mut self, perception: &Perception) {
        for layer in perception.style_layers.layers() {
            self.add("Gram matrix", triangle(least(layer)) as u64 * NUMBER);
            if perception.style_loss == StyleLoss::Wasserstein {
                self.add("channel sums", vectors(layer));
            }
        }
    }

    /// What is known of the styles where nearest neighbours are looked for.
    fn add_style_samples(&mut self, job: &Job) {
        let layout = Layout::new(&job.perception, job.refining);
        let shapes: Vec<_> = job.styles.iter().map(|style| style.shape).collect();
        let room = u64::from(style_room(&layout, &shapes));
        let quads = u64::from(layout.quads);
        let groups = layout.groups().len() as u64;
        let vector = job.method.precision.vector_bytes();
        self.add("style samples", room * quads * vector);
        self.add("style lengths", groups * room * NUMBER);
        self.add("style owners", groups * room * NUMBER);
        self.add("style means", job.styles.len() as u64 * quads * VECTOR);
    }

    /// Those of the painting.
    fn add_samples(&mut self, job: &Job, grid: &Grid) {
        let layout = Layout::new(&job.perception, job.refining);
        let room = sample_room(job.refining, grid.window);
        let vector = job.method.precision.vector_bytes();
        let quads = u64::from(layout.quads);
        self.add("samples", u64::from(room) * quads * vector);
        let positions = u64::from(hypercolumn_grid(job.picture).positions());
        self.add("wanted", positions * NUMBER);
        let found = u64::from(candidates(room)) * NUMBER;
        if job.refining {
            for label in ["places", "owners", "nearest"] {
                for _ in &layout.parts {
                    self.add(label, u64::from(room) * NUMBER);
                }
            }
            self.add("candidates", found);
        }
    }

    /// Those of a style's picture that are kept.
    fn add_places(&mut self, job: &Job, style: Shape) {
        let layout = Layout::new(&job.perception, job.refining);
        let most = layout.most_of_turn(job.styles.len());
        for part in layout.parts.iter().take(layout.groups().len()) {
            let positions = layout.grid(style, part.layer).positions();
            self.add("style places", u64::from(positions.min(most)) * NUMBER);
        }
    }

    fn add_mask(&mut self, label: &'static str, picture: Shape, layers: &LayerWeights) {
        for bytes in mask_bytes(picture, layers) {
            self.add(label, bytes);
        }
    }

    fn add_scratch(&mut self, layers: &LayerWeights) {
        let quads = u64::from(widest(layers).quads());
        for _ in 0..SCRATCH_MATRICES {
            self.add("matrix", quads * quads * MATRIX);
        }
        self.add("mean", quads * VECTOR);
        // Of the root, of lengths, and ones.
        for _ in 0..3 {
            self.add("factors", FACTORS);
        }
    }
}
