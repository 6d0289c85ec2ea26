//! What the hot kernels may cost: `budget.json`, and whether they keep to it.

use crate::figures::{Figures, Report};

/// Multiply-adds of one turn of a loop from which on it is a hot one, which the budget must name.
const HOT: u64 = 32;

/// What is asked of one family.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// For which family it holds.
    pub family: String,
    /// The driver and its version, for which it holds: another compiles otherwise.
    pub driver: String,
    /// Of the hot kernels.
    pub kernels: Vec<Limits>,
}

/// What one kernel may cost.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Its name.
    pub kernel: String,
    /// The most vector registers.
    pub registers: u64,
    /// The least subgroups that share a SIMD unit.
    pub subgroups: u64,
    /// The least part of the innermost loop's instructions that are multiply-adds; none where no loop has any.
    pub share: Option<f64>,
    /// The longest latency, in cycles; none where a loop's share says more.
    pub latency: Option<u64>,
}

impl Budget {
    /// What is wrong with the kernels, in words.
    pub fn complaints(&self, report: &Report) -> Vec<String> {
        let mut complaints = Vec::new();
        for found in &report.kernels {
            if found.spilled > 0 || found.scratch > 0 {
                complaints.push(format!(
                    "{}: {} registers are spilled and {} bytes a subgroup lie in memory, and nothing may",
                    found.kernel, found.spilled, found.scratch
                ));
            }
            let named = self.limits(&found.kernel).is_some();
            let inner = found.listing.inner.unwrap_or_default();
            if inner.multiply_adds >= HOT && !named {
                complaints.push(format!(
                    "{}: its loop has {} multiply-adds, and the budget does not name it",
                    found.kernel, inner.multiply_adds
                ));
            }
        }
        for limits in &self.kernels {
            match report.find(&limits.kernel) {
                Some(found) => complaints.extend(limits.complaints(found)),
                None => complaints.push(format!(
                    "{}: the budget names it, and no step has it",
                    limits.kernel
                )),
            }
        }
        complaints
    }

    /// Of the kernel with that name.
    pub fn limits(&self, kernel: &str) -> Option<&Limits> {
        self.kernels.iter().find(|limits| limits.kernel == kernel)
    }
}

impl Limits {
    fn complaints(&self, found: &Figures) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut expect = |holds: bool, what: String| {
            if !holds {
                complaints.push(format!("{}: {what}", self.kernel));
            }
        };
        expect(
            found.registers <= self.registers,
            format!(
                "{} registers, at most {} are allowed",
                found.registers, self.registers
            ),
        );
        expect(
            found.subgroups >= self.subgroups,
            format!(
                "{} subgroups share a SIMD unit, at least {} should",
                found.subgroups, self.subgroups
            ),
        );
        if let Some(least) = self.share {
            let share = found.share().unwrap_or(0.0);
            expect(
                share >= least,
                format!(
                    "{:.1} % of its loop are multiply-adds, at least {:.1} % should be",
                    100.0 * share,
                    100.0 * least
                ),
            );
        }
        if let Some(most) = self.latency {
            expect(
                found.latency <= most,
                format!("latency {}, at most {most} is allowed", found.latency),
            );
        }
        complaints
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Translator;
    use crate::machine_code::{Analysis, Tally};

    fn figures() -> Figures {
        Figures {
            kernel: "a".into(),
            registers: 96,
            spilled: 0,
            scratch: 0,
            subgroups: 16,
            workgroup_memory: 0,
            code: 0,
            latency: 1000,
            inverse_throughput: 0,
            listing: Analysis {
                whole: Tally::default(),
                inner: Some(Tally {
                    instructions: 80,
                    multiply_adds: 64,
                    ..Tally::default()
                }),
                round: None,
            },
        }
    }

    fn complaints(change: impl FnOnce(&mut Figures)) -> String {
        let mut found = figures();
        change(&mut found);
        let budget = Budget {
            family: "navi31".into(),
            driver: "Mesa 25.0".into(),
            kernels: vec![Limits {
                kernel: "a".into(),
                registers: 96,
                subgroups: 16,
                share: Some(0.8),
                latency: Some(1000),
            }],
        };
        let report = Report {
            family: "navi31".into(),
            translator: Translator::Wgpu,
            driver: String::new(),
            kernels: vec![found],
        };
        budget.complaints(&report).join("\n")
    }

    #[test]
    fn a_kernel_that_keeps_to_the_budget_is_not_complained_of() {
        assert_eq!(complaints(|_| ()), "");
    }

    #[test]
    fn whatever_gets_worse_is_told() {
        assert!(complaints(|found| found.registers += 1).contains("97 registers, at most 96"));
        assert!(complaints(|found| found.subgroups -= 1).contains("15 subgroups"));
        assert!(complaints(|found| found.spilled = 1).contains("lie in memory"));
        assert!(complaints(|found| found.scratch = 16).contains("lie in memory"));
        assert!(complaints(|found| found.latency += 1).contains("latency 1001"));
        assert!(complaints(|found| found.listing.inner = None).contains("0.0 %"));
        let worse = complaints(|found| {
            if let Some(inner) = &mut found.listing.inner {
                inner.instructions += 1;
            }
        });
        assert!(worse.contains("79.0 %"), "{worse}");
    }

    #[test]
    fn a_new_hot_kernel_and_one_that_has_gone_are_told() {
        let renamed = complaints(|found| found.kernel = "b".into());
        assert!(
            renamed.contains("b: its loop has 64 multiply-adds"),
            "{renamed}"
        );
        assert!(renamed.contains("a: the budget names it"), "{renamed}");
    }
}
