//! The plan of a painting's memory: what each buffer takes, before any of it is allocated.

use std::fmt;

use crate::feature_map::{Precision, Shape};
use crate::gpu::GpuError;
use crate::kernels::gram::triangle;
use crate::kernels::record::CAPACITY;
use crate::losses::{gram_partial_bytes, loss_sums};
use crate::network::{Method, layer_shape, layer_shapes, pooled_after, transient_bytes};
use crate::vgg19::{CONTENT_LAYER, CONVOLUTIONS, STYLE_LAYERS};
use crate::windows::{Grid, LEAST_SIDE};

const NUMBER: u64 = size_of::<f32>() as u64;
const VECTOR: u64 = 4 * NUMBER;
const MATRIX: u64 = 16 * NUMBER;
/// Numbers in the description of one quantity of a step's record.
const QUANTITY: u64 = 3 * NUMBER;

/// What may be used of the GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Bytes of all buffers together.
    pub total: u64,
    /// Bytes of one buffer: what the adapter allows.
    pub buffer: u64,
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.2} MB may be used, and the GPU allows {:.2} MB in a buffer.",
            megabytes(self.total),
            megabytes(self.buffer)
        )
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 * 1e-6
}

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
}

impl Plan {
    /// The plan for a picture and a style picture of these shapes, with windows of at most that side.
    pub fn new(picture: Shape, style: Shape, window_side: u32, method: Method) -> Self {
        let grid = Grid::new(picture, window_side);
        let mut list = List::default();
        list.add_network(method.precision);
        for layer in STYLE_LAYERS {
            list.add("style target", matrix(layer));
        }
        let before_style = list.total();

        list.add("picture", picture.vectors() as u64 * VECTOR);
        list.add("moments", 2 * picture.vectors() as u64 * VECTOR);
        if !grid.is_whole() {
            list.add("window", grid.window.vectors() as u64 * VECTOR);
            list.add("picture gradient", picture.vectors() as u64 * VECTOR);
        }
        list.add_pass(&grid, &STYLE_LAYERS[1..], CONTENT_LAYER, method);
        let content = layer_shape(picture, CONTENT_LAYER);
        list.add("content target", content.bytes(method.precision));
        for layer in STYLE_LAYERS {
            list.add("Gram difference", matrix(layer));
        }
        list.add_grams(&grid);
        list.add("partial sums", loss_sums(picture, &grid) * NUMBER);
        let quantities = STYLE_LAYERS.len() as u64 + 3;
        list.add("quantities", quantities * QUANTITY);
        list.add("records", u64::from(CAPACITY) * (quantities + 1) * NUMBER);
        list.add("progress", NUMBER);

        let style_grid = Grid::new(style, window_side);
        let mut style_list = List::default();
        style_list.add("style picture", style.vectors() as u64 * VECTOR);
        if !style_grid.is_whole() {
            style_list.add("style window", style_grid.window.vectors() as u64 * VECTOR);
        }
        style_list.add_pass(
            &style_grid,
            &[],
            STYLE_LAYERS[STYLE_LAYERS.len() - 1],
            method,
        );
        style_list.add_grams(&style_grid);
        Self {
            window: (grid.window.width, grid.window.height),
            windows: grid.windows.len(),
            largest: list.largest.max(style_list.largest),
            style_bytes: before_style + style_list.total(),
            entries: list.entries,
        }
    }

    /// The plan with the largest windows that fit, at best the whole picture; none where no windows do.
    pub fn fitting(
        picture: Shape,
        style: Shape,
        allowance: Allowance,
        method: Method,
    ) -> Option<(u32, Self)> {
        let fits = |side| {
            let plan = Self::new(picture, style, side, method);
            plan.fits(allowance).then_some((side, plan))
        };
        let longest = [picture.width, picture.height, style.width, style.height]
            .into_iter()
            .max()
            .unwrap_or(0);
        if let Some(whole) = fits(longest) {
            return Some(whole);
        }
        largest_that(LEAST_SIDE, longest, |side| fits(side).is_some()).and_then(fits)
    }

    /// The longest side of a picture and a style picture, both of the proportions given, for which there is a plan.
    pub fn largest_side(
        picture: Shape,
        style: Shape,
        allowance: Allowance,
        method: Method,
    ) -> Option<u32> {
        let longest = picture.width.max(picture.height);
        largest_that(16, longest, |side| {
            let picture = picture.with_longest_side(side);
            let style = style.with_longest_side(side);
            Self::fitting(picture, style, allowance, method).is_some()
        })
    }

    /// The plan for those that fit, or why there is none.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`].
    pub fn choose(
        picture: Shape,
        style: Shape,
        allowance: Allowance,
        method: Method,
    ) -> Result<(u32, Self), GpuError> {
        Self::fitting(picture, style, allowance, method).ok_or_else(|| GpuError::TooLarge {
            allowed: allowance.total / 1_000_000,
            largest: Self::largest_side(picture, style, allowance, method),
        })
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

/// Bytes of a Gram matrix of a layer.
fn matrix(layer: usize) -> u64 {
    let quads = u64::from(layer_shape(Shape::new(16, 16, 3), layer).quads());
    quads * quads * MATRIX
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

    fn add_pass(&mut self, grid: &Grid, kept: &[usize], last: usize, method: Method) {
        for _ in 0..2 {
            let bytes = transient_bytes(method, grid.window, last, gram_partial_bytes(grid));
            self.add("transient", bytes.next_multiple_of(NUMBER));
        }
        for (layer, (_, shape)) in layer_shapes(grid.window).enumerate().take(last + 1) {
            if kept.contains(&layer) {
                self.add(CONVOLUTIONS[layer].name, shape.bytes(method.precision));
            }
            self.add("ReLU mask", shape.mask_words() as u64 * NUMBER);
            if layer != last && pooled_after(layer) {
                self.add("pooling choices", shape.choice_words() as u64 * NUMBER);
            }
        }
    }

    fn add_grams(&mut self, grid: &Grid) {
        for layer in STYLE_LAYERS {
            self.add(
                "Gram matrix",
                triangle(layer_shape(grid.window, layer)) as u64 * NUMBER,
            );
        }
    }
}
