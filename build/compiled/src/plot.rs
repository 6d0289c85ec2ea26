//! The plot of the hot kernels, before and now: the part of their loops that are multiply-adds, and their latency.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::budget::Budget;
use crate::figures::{Figures, Report};

type Outcome = Result<(), Box<dyn Error>>;

const BEFORE: RGBColor = RGBColor(168, 168, 168);

const NOW: RGBColor = RGBColor(190, 74, 20);

/// Pixels of a kernel's row.
const ROW: u32 = 26;

/// Pixels of the kernels' names.
const NAMES: u32 = 240;

/// Pixels of the plot's width, and of what stands above and below its rows.
const WIDTH: u32 = 1000;

const AROUND: u32 = 90;

/// Writes it.
///
/// # Errors
/// Whatever plotters reports.
pub fn plot(path: &Path, before: &Report, now: &Report, budget: &Budget) -> Outcome {
    let names: Vec<_> = budget
        .kernels
        .iter()
        .map(|limits| limits.kernel.as_str())
        .filter(|name| now.find(name).is_some())
        .collect();
    let height = AROUND + ROW * names.len() as u32;
    let root = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    root.fill(&WHITE)?;
    let (left, right) = root.split_horizontally(NAMES + (WIDTH - NAMES) / 2);
    let share = |found: &Figures| found.share().map(|share| 100.0 * share);
    let latency = |found: &Figures| Some(found.latency as f64 * 1e-3);
    let caption = format!("Multiply-adds of the loop, %, {}", now.family);
    panel(&left, &caption, &names, (before, now), NAMES, share)?;
    let caption = "Latency, thousand cycles; grey: before";
    panel(&right, caption, &names, (before, now), 12, latency)?;
    root.present()?;
    Ok(())
}

/// Bars from the left, the first kernel at the top.
fn panel(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    caption: &str,
    names: &[&str],
    (before, now): (&Report, &Report),
    label_width: u32,
    value: impl Fn(&Figures) -> Option<f64>,
) -> Outcome {
    let values = |report: &Report| -> Vec<_> {
        let names = names.iter();
        names
            .map(|name| report.find(name).and_then(&value))
            .collect()
    };
    let (before, now) = (values(before), values(now));
    let top = before.iter().chain(&now).flatten().copied();
    let top = top.fold(0.0, f64::max) * 1.05;
    let rows = names.len();
    let mut chart = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(28)
        .y_label_area_size(label_width)
        .build_cartesian_2d(0.0..top, rows as f64..0.0)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .y_labels(0)
        .max_light_lines(0)
        .x_label_formatter(&|value| format!("{value:.0}"))
        .draw()?;
    for (bars, from, colour) in [(before, 0.12, BEFORE), (now, 0.5, NOW)] {
        chart.draw_series(bars.iter().enumerate().filter_map(|(row, value)| {
            let (above, below) = (row as f64 + from, row as f64 + from + 0.36);
            let corners = [(0.0, above), ((*value)?, below)];
            Some(Rectangle::new(corners, colour.filled()))
        }))?;
    }
    // Only where there is room for them.
    if label_width >= NAMES {
        let style = ("sans-serif", 12).into_font().color(&BLACK);
        for (row, name) in names.iter().enumerate() {
            let (_, y) = chart.backend_coord(&(0.0, row as f64 + 0.3));
            area.draw_text(&short(name), &style, (14, y))?;
        }
    }
    Ok(())
}

/// The constants by their values alone.
fn short(name: &str) -> String {
    let parts = name.split(", ").enumerate();
    let parts = parts.map(|(place, part)| match part.rsplit_once(' ') {
        Some((_, value)) if place > 0 => value,
        _ => part,
    });
    parts.collect::<Vec<_>>().join(", ")
}
