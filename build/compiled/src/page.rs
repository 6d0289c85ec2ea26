//! The tables: on the terminal, and in `docs/kernels.md`.

use std::fmt::Write;

use crate::budget::Budget;
use crate::figures::{Figures, Report, Translator};
use crate::kernels::{SIDE, Step};

const HEAD: &str = include_str!("head.md");

/// A row of cells for each kernel.
const COLUMNS: [&str; 11] = [
    "kernel",
    "registers",
    "spilled",
    "subgroups",
    "workgroup memory",
    "loop: instructions, multiply-adds",
    "of the round",
    "loop: clamps, waits, scalar loads",
    "workgroup, global bytes a multiply-add",
    "latency",
    "inverse throughput",
];

/// What stands where there is no such figure.
const NONE: &str = "-";

fn cells(found: &Figures) -> [String; 11] {
    let none = || NONE.to_owned();
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let (inner, round) = (found.listing.inner, found.listing.round);
    let bytes = inner.map_or_else(none, |inner| {
        let global = round.map_or_else(none, |round| format!("{:.3}", round.global_intensity()));
        format!("{:.2}, {global}", inner.workgroup_intensity())
    });
    [
        found.kernel.clone(),
        found.registers.to_string(),
        found.spilled.to_string(),
        found.subgroups.to_string(),
        found.workgroup_memory.to_string(),
        inner.map_or_else(none, |inner| {
            let share = percent(inner.share());
            format!("{}, {} ({share})", inner.instructions, inner.multiply_adds)
        }),
        round.map_or_else(none, |round| percent(round.share())),
        inner.map_or_else(none, |inner| {
            let (clamps, waits) = (inner.clamps, inner.waits);
            format!("{clamps}, {waits}, {}", inner.scalar_loads)
        }),
        bytes,
        found.latency.to_string(),
        found.inverse_throughput.to_string(),
    ]
}

/// The table in lines of even columns.
pub fn lines(report: &Report) -> String {
    let rows: Vec<_> = [COLUMNS.map(String::from)]
        .into_iter()
        .chain(report.kernels.iter().map(cells))
        .collect();
    let widths: Vec<_> = (0..COLUMNS.len())
        .map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0))
        .collect();
    let by = report.translator;
    let mut text = format!("{}, by {by:?}: {}\n", report.family, report.driver);
    for row in &rows {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, &width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// `docs/kernels.md`.
pub fn page(reports: &[Report], before: &[Report], budget: &Budget, steps: &[Step]) -> String {
    let mut page = HEAD.to_owned();
    let hot = |found: &&Figures| budget.limits(&found.kernel).is_some();
    for report in reports {
        let by = match report.translator {
            Translator::Wgpu => "as native programs and Firefox translate",
            Translator::Chrome => "as Chrome translates",
        };
        section(&mut page, &format!("{}, {by}", report.family));
        let _ = writeln!(page, "\nBy {}.", report.driver);
        match report.like(before) {
            Some(before) => compared(&mut page, before, report, budget),
            None => table(&mut page, report.kernels.iter().filter(hot)),
        }
    }
    if let Some(first) = reports.first() {
        section(&mut page, &format!("All other kernels, {}", first.family));
        table(&mut page, first.kernels.iter().filter(|found| !hot(found)));
    }
    section(&mut page, "Commands of a step");
    let _ = writeln!(
        page,
        "\nOf {SIDE} x {SIDE} pixels, in one window, with one style.\n\n| preset | commands |\n|---|---|"
    );
    for step in steps {
        let _ = writeln!(page, "| {} | {} |", step.of, step.commands.len());
    }
    page
}

fn section(page: &mut String, title: &str) {
    let _ = writeln!(page, "\n## {title}");
}

fn heads(page: &mut String) {
    let _ = writeln!(page, "\n| {} |", COLUMNS.join(" | "));
    let _ = writeln!(page, "|{}", "---|".repeat(COLUMNS.len()));
}

fn row(page: &mut String, cells: &[String]) {
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn table<'a>(page: &mut String, kernels: impl Iterator<Item = &'a Figures>) {
    heads(page);
    for found in kernels {
        row(page, &cells(found));
    }
}

/// Where a figure has changed, the one before stands in front of it.
fn compared(page: &mut String, before: &Report, now: &Report, budget: &Budget) {
    heads(page);
    let named = budget.kernels.iter();
    for found in named.filter_map(|limits| now.find(&limits.kernel)) {
        let now = cells(found);
        let Some(before) = before.find(&found.kernel) else {
            row(page, &now);
            continue;
        };
        let pairs = cells(before).into_iter().zip(now);
        let pairs = pairs.map(|(before, now)| {
            if before == now {
                now
            } else {
                format!("{before} -> **{now}**")
            }
        });
        row(page, &pairs.collect::<Vec<_>>());
    }
}
