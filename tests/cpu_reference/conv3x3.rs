use impasto::maps::Shape;
use impasto::vgg19::Filter;

use super::planes;

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
