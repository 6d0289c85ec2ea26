//! Every kernel's maths again, in f64 and plain loops: written to be read, not to be fast.
//!
//! Maps are `[channels][height][width]`.

#![allow(dead_code, reason = "each test binary uses its part")]

use impasto::maps::Shape;
use impasto::vgg19::Filter;

fn planes(shape: Shape) -> (usize, usize, usize) {
    (
        shape.channels as usize,
        shape.height as usize,
        shape.width as usize,
    )
}

/// Calls `visit(output place, input place, weight)` for every product of a 3x3 convolution with zero padding 1.
fn for_each_product(filter: &Filter, shape: Shape, mut visit: impl FnMut(usize, usize, f64)) {
    let (_, height, width) = planes(shape);
    for output in 0..filter.outputs {
        for input in 0..filter.inputs {
            for tap in 0..9 {
                let weight = filter.weights[(output * filter.inputs + input) * 9 + tap].into();
                for y in 0..height {
                    let Some(from_y) = (y + tap / 3).checked_sub(1).filter(|&y| y < height) else {
                        continue;
                    };
                    for x in 0..width {
                        let Some(from_x) = (x + tap % 3).checked_sub(1).filter(|&x| x < width)
                        else {
                            continue;
                        };
                        visit(
                            (output * height + y) * width + x,
                            (input * height + from_y) * width + from_x,
                            weight,
                        );
                    }
                }
            }
        }
    }
}

/// The convolution of `input` with its bias, before the ReLU. `shape` gives height and width.
pub fn convolve(filter: &Filter, shape: Shape, input: &[f64]) -> Vec<f64> {
    let positions = shape.positions() as usize;
    let mut output: Vec<f64> = filter
        .bias
        .iter()
        .flat_map(|&bias| std::iter::repeat_n(f64::from(bias), positions))
        .collect();
    for_each_product(filter, shape, |to, from, weight| {
        output[to] += weight * input[from];
    });
    output
}

pub fn relu(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| value.max(0.0)).collect()
}

/// The gradient of `convolve` to its input.
pub fn convolve_backward(filter: &Filter, shape: Shape, gradient: &[f64]) -> Vec<f64> {
    let mut input = vec![0.0; filter.inputs * shape.positions() as usize];
    for_each_product(filter, shape, |to, from, weight| {
        input[from] += weight * gradient[to];
    });
    input
}

/// For every value of the pooled map, the place in `input` of the first of the four largest.
fn pool_places(shape: Shape, input: &[f64]) -> Vec<usize> {
    let (channels, height, width) = planes(shape);
    let mut places = Vec::new();
    for channel in 0..channels {
        for y in 0..height / 2 {
            for x in 0..width / 2 {
                let corner = (channel * height + 2 * y) * width + 2 * x;
                let mut best = corner;
                for place in [corner + 1, corner + width, corner + width + 1] {
                    if input[place] > input[best] {
                        best = place;
                    }
                }
                places.push(best);
            }
        }
    }
    places
}

/// 2x2 maximum pooling; odd edges are dropped.
pub fn max_pool(shape: Shape, input: &[f64]) -> Vec<f64> {
    pool_places(shape, input)
        .into_iter()
        .map(|place| input[place])
        .collect()
}

/// The gradient of `max_pool(relu(before))` to `before`.
pub fn max_pool_relu_backward(shape: Shape, before: &[f64], gradient: &[f64]) -> Vec<f64> {
    let mut large = vec![0.0; before.len()];
    for (place, slope) in pool_places(shape, &relu(before)).into_iter().zip(gradient) {
        if before[place] > 0.0 {
            large[place] += slope;
        }
    }
    large
}

/// The Gram matrix: mean over positions of the products of two channels.
pub fn gram(shape: Shape, features: &[f64]) -> Vec<f64> {
    let positions = shape.positions() as usize;
    let channel = |c: usize| &features[c * positions..][..positions];
    let channels = shape.channels as usize;
    (0..channels * channels)
        .map(|place| {
            let products = channel(place / channels)
                .iter()
                .zip(channel(place % channels));
            products.map(|(a, b)| a * b).sum::<f64>() / positions as f64
        })
        .collect()
}

/// mean((a - b)^2)
pub fn mean_square(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
    squares.sum::<f64>() / a.len() as f64
}

/// The gradient of `scale * sum over c, d of (gram - target)^2` to the features, where the scale already holds what
/// depends on the number of channels: see `losses.rs`.
pub fn symmetric_product(shape: Shape, matrix: &[f64], features: &[f64]) -> Vec<f64> {
    let (channels, positions) = (shape.channels as usize, shape.positions() as usize);
    let mut product = vec![0.0; features.len()];
    for c in 0..channels {
        for d in 0..channels {
            for p in 0..positions {
                product[c * positions + p] +=
                    matrix[c * channels + d] * features[d * positions + p];
            }
        }
    }
    product
}

/// Pairs of places of neighbouring values, in the row and in the column.
fn neighbours(shape: Shape) -> Vec<(usize, usize)> {
    let (channels, height, width) = planes(shape);
    let mut pairs = Vec::new();
    for channel in 0..channels {
        for y in 0..height {
            for x in 0..width {
                let place = (channel * height + y) * width + x;
                if x + 1 < width {
                    pairs.push((place, place + 1));
                }
                if y + 1 < height {
                    pairs.push((place, place + width));
                }
            }
        }
    }
    pairs
}

/// The sum of absolute differences of neighbours, as tf.image.total_variation.
pub fn total_variation(shape: Shape, picture: &[f64]) -> f64 {
    let pairs = neighbours(shape);
    pairs
        .into_iter()
        .map(|(a, b)| (picture[b] - picture[a]).abs())
        .sum()
}

/// One step of Keras' Adam with its moments, on one value; the new value is clipped to [0, 1].
pub struct Adam {
    pub rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub mean: f64,
    pub variance: f64,
    pub time: i32,
}

impl Adam {
    pub fn new(rate: f64, beta1: f64, beta2: f64) -> Self {
        Self {
            rate,
            beta1,
            beta2,
            mean: 0.0,
            variance: 0.0,
            time: 0,
        }
    }

    pub fn step(&mut self, value: f64, gradient: f64) -> f64 {
        let (beta1, beta2, epsilon) = (self.beta1, self.beta2, 0.1);
        self.time += 1;
        self.mean += (1.0 - beta1) * (gradient - self.mean);
        self.variance += (1.0 - beta2) * (gradient * gradient - self.variance);
        let rate = self.rate * (1.0 - beta2.powi(self.time)).sqrt() / (1.0 - beta1.powi(self.time));
        (value - rate * self.mean / (self.variance.sqrt() + epsilon)).clamp(0.0, 1.0)
    }
}
