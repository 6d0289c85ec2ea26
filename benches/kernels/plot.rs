//! The plot by layer: speed above, error below.

use std::error::Error;
use std::path::Path;

use impasto::vgg19::CONVOLUTIONS;
use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::prelude::*;

use crate::Report;

type Outcome = Result<(), Box<dyn Error>>;

/// What is drawn: the works and their colours.
const WORKS: [(&str, RGBColor); 4] = [
    ("forward, direct", RGBColor(32, 86, 158)),
    ("backward, direct", RGBColor(122, 168, 222)),
    ("forward, Winograd", RGBColor(190, 74, 20)),
    ("backward, Winograd", RGBColor(236, 160, 96)),
];

/// Writes the plot of the report's last size.
pub fn by_layer(path: &Path, report: &Report) -> Outcome {
    let root = SVGBackend::new(path, (960, 640)).into_drawing_area();
    root.fill(&WHITE)?;
    let (upper, lower) = root.split_vertically(340);
    let size = report.rows.last().map_or(0, |row| row.size);
    let speed = |name: &str, work: &str| {
        let mut rows = report.rows.iter();
        let row = rows.find(|row| row.size == size && row.name == name && row.work == work)?;
        Some(row.flops() * 1e-9)
    };
    let error = |name: &str, work: &str| {
        let mut errors = report.errors.iter();
        Some(
            errors
                .find(|error| error.name == name && error.work == work)?
                .error,
        )
    };
    let fastest = report.rows.iter().map(|row| row.flops() * 1e-9);
    let top = fastest.fold(0.0, f64::max) * 1.1;
    let caption = format!(
        "{}, {size} px: GFLOP/s of direct convolution",
        report.adapter
    );
    panel(&upper, &caption, 0.0..top, speed)?;
    let caption = "Error against f64, relative to the output's root mean square";
    panel(&lower, caption, (1e-8..1e-4).log_scale(), error)?;
    root.present()?;
    Ok(())
}

fn panel<Values>(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    caption: &str,
    values: Values,
    value: impl Fn(&str, &str) -> Option<f64>,
) -> Outcome
where
    Values: AsRangedCoord<Value = f64>,
    Values::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let layers = CONVOLUTIONS.len();
    let mut chart = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 17))
        .margin(12)
        .x_label_area_size(28)
        .y_label_area_size(64)
        .build_cartesian_2d(-0.5..layers as f64 - 0.5, values)?;
    let name = |place: &f64| {
        let layer = place.round() as usize;
        CONVOLUTIONS.get(layer).map_or(String::new(), |layer| {
            layer.name.replace("block", "").replace("_conv", "_")
        })
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(layers)
        .x_label_formatter(&name)
        .y_label_formatter(&|value| {
            if *value >= 1.0 || *value == 0.0 {
                format!("{value:.0}")
            } else {
                format!("{value:.0e}")
            }
        })
        .draw()?;
    for (work, colour) in WORKS {
        let points: Vec<_> = CONVOLUTIONS
            .iter()
            .enumerate()
            .filter_map(|(place, layer)| Some((place as f64, value(layer.name, work)?)))
            .collect();
        chart
            .draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))?
            .label(work)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        chart.draw_series(
            points
                .into_iter()
                .map(|point| Circle::new(point, 3, colour.filled())),
        )?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.2))
        .draw()?;
    Ok(())
}
