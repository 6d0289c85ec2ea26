//! How fast the kernels are on an adapter, beside what the adapter can do at most: the native bench and the page's.
//!
//! Speeds of convolutions and of whole steps are in floating-point operations of the *direct* convolution, two a
//! multiply-add, whatever the method: that is what a user waits for, and what published figures count.

use std::rc::Rc;

use crate::gpu::{Dispatch, GpuError, Memory, Stopwatch};
use crate::kernels::conv3x3::SLICE_VECTORS;
use crate::kernels::format::Format;
use crate::kernels::gram::Slicing;
use crate::kernels::gram_gradient::StyleGradient;
use crate::kernels::matrix_buffer::MatrixBuffer;
use crate::kernels::peak::{MULTIPLY_ADDS, Peak, WIDTH};
use crate::kernels::winograd::{Area, Scratch, scratch_bytes};
use crate::maps::{Precision, Shape};
use crate::network::{Network, winograd_applies};
use crate::painting::{Painter, PaintingError, Start};
use crate::pictures::Picture;
use crate::settings::{Padding, Preset, Settings};
use crate::vgg19::{CONVOLUTIONS, layer_shapes};

/// What an adapter can do at most, measured.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Ceiling {
    /// Floating-point operations a second in f32, two a multiply-add.
    pub flops: f64,
    /// Bytes a second read plus written by a copy.
    pub bytes_per_second: f64,
}

/// One row of the table.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Row {
    /// Pixels of the picture's sides.
    pub size: u32,
    /// The layer, or `step`.
    pub name: &'static str,
    /// What is computed, and how.
    pub work: &'static str,
    /// Median time in seconds.
    pub seconds: f64,
    /// Operations of the direct method.
    pub operations: f64,
}

impl Row {
    /// Operations of the direct method a second.
    pub fn flops(&self) -> f64 {
        self.operations / self.seconds
    }
}

/// What a layer can be made to do, with the buffers for it.
struct Works {
    commands: Vec<(&'static str, Vec<Dispatch>)>,
    input: wgpu::Buffer,
    output: wgpu::Buffer,
    _memory: Memory,
}

impl Works {
    /// The map at the layer's far side, or at the near one.
    fn map(&self, far: bool) -> &wgpu::Buffer {
        if far { &self.output } else { &self.input }
    }

    /// Of what stands at the far side: features, or gradients to them.
    fn far_format(backward: bool, precision: Precision) -> Format {
        if backward {
            Format::gradients(precision)
        } else {
            Format::features(precision)
        }
    }

    /// Of what stands at the near side, which is the picture at the first layer.
    fn near_format(layer: usize, backward: bool, precision: Precision) -> Format {
        match layer {
            0 => Format::Single,
            _ => Self::far_format(backward, precision),
        }
    }
}

/// One convolution with what went in and what came out, both `[channels][height][width]`.
#[derive(Debug)]
pub struct Output {
    /// What was computed, and how.
    pub work: &'static str,
    /// Whether it is the gradient to the layer's input.
    pub backward: bool,
    /// Of what went in.
    pub shape: Shape,
    /// What went in.
    pub input: Vec<f32>,
    /// What came out.
    pub values: Vec<f32>,
}

/// Measures the adapter's own peak and bandwidth.
///
/// # Errors
/// Whatever the GPU reports.
pub async fn ceiling(stopwatch: &Stopwatch) -> Result<Ceiling, GpuError> {
    let peak = Peak::new(stopwatch.gpu());
    let mut memory = Memory::new(stopwatch.gpu().clone());
    // 32 MiB, larger than most caches; as many invocations as fill the largest GPU.
    let workgroups = 32768;
    let vectors = (workgroups * WIDTH) as usize;
    let first = memory.storage::<[f32; 4]>("sums", vectors)?;
    let second = memory.storage::<[f32; 4]>("copy", vectors)?;
    let fma = peak.multiply_add(stopwatch.gpu(), workgroups / 8, &first);
    let copy = peak.copy(stopwatch.gpu(), workgroups, &first, &second);
    let multiply_adds = f64::from(workgroups / 8 * WIDTH) * f64::from(MULTIPLY_ADDS);
    Ok(Ceiling {
        flops: 2.0 * multiply_adds / stopwatch.seconds(&[fma]).await?,
        bytes_per_second: 2.0 * first.size() as f64 / stopwatch.seconds(&[copy]).await?,
    })
}

/// Times every convolution over a picture of that size, both ways and by both methods.
///
/// # Errors
/// As [`Memory::storage`], and whatever the GPU reports.
pub async fn convolutions(
    stopwatch: &Stopwatch,
    network: &Network,
    size: u32,
) -> Result<Vec<Row>, GpuError> {
    let mut rows = Vec::new();
    for (layer, (from, to)) in layer_shapes(Shape::new(size, size, 3)).enumerate() {
        let operations = 2.0
            * 9.0
            * f64::from(from.channels)
            * f64::from(to.channels)
            * f64::from(to.positions());
        let works = convolution(stopwatch, network, layer, from, to)?;
        for (work, dispatches) in &works.commands {
            rows.push(Row {
                size,
                name: CONVOLUTIONS[layer].name,
                work,
                seconds: stopwatch.seconds(dispatches).await?,
                operations,
            });
        }
    }
    Ok(rows)
}

fn convolution(
    stopwatch: &Stopwatch,
    network: &Network,
    layer: usize,
    from: Shape,
    to: Shape,
) -> Result<Works, GpuError> {
    let gpu = stopwatch.gpu();
    let filter = network.filter(layer);
    let kernels = &network.kernels;
    let mut memory = Memory::new(gpu.clone());
    let precision = network.method().precision;
    let input = memory.upload(
        "input",
        &Works::near_format(layer, false, precision).encode(&noise(from)),
    )?;
    let output = memory.upload("output", &Format::features(precision).encode(&noise(to)))?;
    let masks = from.mask_words().max(to.mask_words());
    let mask = memory.storage::<u32>("mask", masks)?;
    let partials = memory.storage::<[f32; 4]>("sums of slices", SLICE_VECTORS)?;
    let outside = ([0.0; 3], Padding::Zero);
    let mut works = vec![
        (
            "forward, direct",
            kernels.conv3x3.forward(
                gpu,
                filter,
                to,
                outside,
                &input,
                &output,
                &mask,
                Some(&partials),
            ),
        ),
        (
            "backward, direct",
            kernels
                .conv3x3
                .backward(gpu, filter, to, &output, &input, None, Some(&partials)),
        ),
    ];
    if winograd_applies(from, to) {
        let bytes = scratch_bytes(from, to).max(scratch_bytes(to, from));
        // As much as the transients of a picture have behind the maps of the middle layers, and never too little.
        let bytes = bytes.max(48 << 20).min(gpu.largest_buffer());
        let mut area = |label| -> Result<Area, GpuError> {
            let buffer = memory.storage::<u32>(label, (bytes / 4) as usize)?;
            Ok(Area { buffer, offset: 0 })
        };
        let scratch = Scratch {
            operands: area("operands")?,
            products: area("products")?,
        };
        let winograd = &kernels.conv3x3_winograd;
        works.push((
            "forward, Winograd",
            winograd.forward(gpu, filter, to, &input, &output, &mask, &scratch, None),
        ));
        works.push((
            "backward, Winograd",
            winograd.backward(gpu, filter, to, &output, &input, None, &scratch, None),
        ));
    }
    Ok(Works {
        commands: works,
        input,
        output,
        _memory: memory,
    })
}

/// What a convolution makes of noise over a square map, by both methods, in both directions.
///
/// # Errors
/// As [`Memory::storage`], and whatever the GPU reports.
pub async fn outputs(
    stopwatch: &Stopwatch,
    network: &Network,
    layer: usize,
    side: u32,
) -> Result<Vec<Output>, GpuError> {
    let filter = network.filter(layer);
    let from = Shape::new(side, side, filter.inputs());
    let to = Shape::new(side, side, filter.outputs());
    let precision = network.method().precision;
    let mut outputs = Vec::new();
    let works = convolution(stopwatch, network, layer, from, to)?;
    for (work, dispatches) in &works.commands {
        let backward = work.starts_with("backward");
        let (source, target) = if backward { (to, from) } else { (from, to) };
        // What the last work has left is this one's input.
        let far = Works::far_format(backward, precision);
        let near = Works::near_format(layer, backward, precision);
        let (read, written) = if backward { (far, near) } else { (near, far) };
        let input = read.decode(&stopwatch.gpu().read(works.map(backward)).await?);
        stopwatch.gpu().run(dispatches)?;
        let values = written.decode(&stopwatch.gpu().read(works.map(!backward)).await?);
        outputs.push(Output {
            work,
            backward,
            shape: source,
            input: source.unpack(&input),
            values: target.unpack(&values),
        });
    }
    Ok(outputs)
}

/// Times the Gram matrix of every style layer over a picture of that size, and its gradient.
///
/// # Errors
/// As [`Memory::storage`], and whatever the GPU reports.
pub async fn grams(
    stopwatch: &Stopwatch,
    network: &Network,
    size: u32,
) -> Result<Vec<Row>, GpuError> {
    let gpu = stopwatch.gpu();
    let kernels = &network.kernels;
    let mut rows = Vec::new();
    for (layer, (_, shape)) in layer_shapes(Shape::new(size, size, 3)).enumerate() {
        if !Preset::Tutorial
            .settings()
            .perception
            .style_layers
            .has(layer)
        {
            continue;
        }
        let mut memory = Memory::new(gpu.clone());
        let slicing = Slicing::new(shape, shape.region());
        let precision = network.method().precision;
        let noise = Format::features(precision).encode(&noise(shape));
        let features = memory.upload("features", &noise)?;
        let gradient = memory.map("gradient", shape, precision)?;
        let partials = memory.storage::<f32>("partials", slicing.partials())?;
        let difference = MatrixBuffer::new(&mut memory, "difference", shape)?;
        let mask = memory.storage::<u32>("mask", shape.mask_words())?;
        let style = StyleGradient {
            difference: &difference,
            offset: None,
            weights: None,
        };
        let channels = f64::from(shape.channels);
        let operations = 2.0 * channels * channels * f64::from(shape.positions());
        let works = [
            (
                "Gram matrix",
                kernels
                    .gram
                    .accumulate(gpu, slicing, &features, None, &partials),
            ),
            (
                "Gram matrix's gradient",
                kernels.gram_gradient.multiply(
                    gpu,
                    shape,
                    shape.region(),
                    &features,
                    style,
                    &gradient,
                    &mask,
                    true,
                ),
            ),
        ];
        for (work, dispatch) in works {
            rows.push(Row {
                size,
                name: CONVOLUTIONS[layer].name,
                work,
                seconds: stopwatch.seconds(&[dispatch]).await?,
                operations,
            });
        }
    }
    Ok(rows)
}

/// A painter of noise like noise, at one size.
///
/// # Errors
/// As [`Painter::new`].
pub async fn painter(
    network: &Rc<Network>,
    preset: Preset,
    size: u32,
) -> Result<Painter, PaintingError> {
    let noise = noise(Shape::new(size, size, 3));
    let picture = Picture::from_vectors(Shape::new(size, size, 3), &noise);
    let start = Start::Pixels(picture.to_vectors());
    let settings = Settings {
        size,
        ..preset.settings()
    };
    Painter::new(
        network.clone(),
        &picture,
        &[(&picture).into()],
        start,
        &settings,
    )
    .await
}

/// Times a whole step of a [`painter`] of that preset and size, all but waiting for its losses. The operations counted are
/// those of the convolutions as far as the preset needs them: Gram matrices, neighbours, losses and Adam come for nothing.
///
/// # Errors
/// Whatever the GPU reports.
pub async fn step(
    stopwatch: &Stopwatch,
    painter: &Painter,
    preset: Preset,
    size: u32,
) -> Result<Row, GpuError> {
    let layers = preset.settings().perception.last() + 1;
    let convolutions = layer_shapes(Shape::new(size, size, 3))
        .take(layers)
        .map(|(from, to)| {
            9.0 * f64::from(from.channels) * f64::from(to.channels) * f64::from(to.positions())
        });
    Ok(Row {
        size,
        name: "step",
        work: preset.name(),
        seconds: stopwatch.seconds(painter.step()).await?,
        operations: 2.0 * 2.0 * convolutions.sum::<f64>(),
    })
}

/// Numbers in [0, 1) without a pattern, because a GPU computes zeros with less power and so faster.
fn noise(shape: Shape) -> Vec<[f32; 4]> {
    let mut state = 1_u32;
    let mut next = || {
        // Numerical Recipes' linear congruential generator; its high bits are random enough for this.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32
    };
    (0..shape.vectors())
        .map(|_| [next(), next(), next(), next()])
        .collect()
}
