//! A model of how long a command takes on a GPU that is not at hand.
//!
//! A command takes [`LAUNCH`] and then as long as the slowest of three:
//!
//! 1. **Issuing.** The workgroups are shared out among the GPU's units, and the unit with the most of them issues all their
//!    instructions, one for each of its lanes a cycle. An invocation's instructions are its multiply-adds over their share
//!    of the round in the machine code, or where there is no such loop the operations of the kernel's text.
//! 2. **Waiting.** A unit holds only so many invocations at once, so its workgroups come by turns, and each takes at least
//!    as long as an invocation alone: its instructions, each after the one before, and the waits for memory. This is why a
//!    few workgroups with long loops take long whatever the GPU can do.
//! 3. **Bytes** over the memory's bandwidth, each byte once.

use crate::figures::Figures;
use crate::work::Work;

/// Seconds from one command to the next when there is nothing to do: it is started once all of the one before is done. On an
/// H100 commands of next to nothing take 6 us each alone, and a step of 250 takes 3 us a command less than they do alone.
pub const LAUNCH: f64 = 4e-6;

/// Seconds that a turn of a loop waits for what it reads from buffers. By the loops of an H100: 0.22 us where a single sum
/// grows by what is read, and as much a turn of those that stage tiles.
pub const WAIT: f64 = 0.25e-6;

/// Cycles from an instruction to the next of the same subgroup, where no other subgroup has anything to issue. By the H100's
/// direct convolutions of few workgroups, which this and [`WAIT`] meet within 3 % backward.
pub const STALL: f64 = 1.5;

/// 32-bit registers of a unit for each of its lanes, as NVIDIA's and AMD's have. Registers say how many invocations it holds.
const REGISTERS: u64 = 512;

/// Registers of an invocation where the machine code is not known.
const USUAL_REGISTERS: u64 = 64;

/// The least registers of an invocation that count: a unit holds no more invocations than that allows.
const LEAST_REGISTERS: u64 = 32;

/// Multiply-adds of a round from which on their share tells the kernel's speed.
const HOT: u64 = 32;

/// What is known of a GPU.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gpu {
    /// Its name.
    pub name: &'static str,
    /// Whose figures they are.
    pub source: &'static str,
    /// Floating-point operations a second in f32, two a multiply-add.
    pub flops: f64,
    /// Bytes a second.
    pub bandwidth: f64,
    /// Units that a workgroup does not go beyond: NVIDIA's streaming multiprocessors, AMD's compute units, Intel's subslices
    /// or Xe cores, Apple's cores.
    pub units: u64,
    /// Multiply-adds of a unit in one cycle, at the published peak.
    pub lanes: u64,
    /// How many multiply-adds could be issued in the time of another instruction. Two on RDNA 3, whose published peak counts
    /// two multiply-adds at once, which nothing else can do.
    pub other: f64,
}

/// Those that are modelled.
pub const GPUS: [Gpu; 7] = [
    Gpu {
        name: "Radeon 780M",
        source: "AMD's specifications of the Ryzen 7 7840U: 12 compute units at 2.7 GHz, DDR5-5600 in two channels",
        flops: 8.29e12,
        bandwidth: 89.6e9,
        units: 12,
        lanes: 128,
        other: 2.0,
    },
    Gpu {
        name: "Radeon RX 7600",
        source: "AMD's specifications: 21.75 TFLOP/s, 288 GB/s, 32 compute units",
        flops: 21.75e12,
        bandwidth: 288e9,
        units: 32,
        lanes: 128,
        other: 2.0,
    },
    Gpu {
        name: "GeForce RTX 3060",
        source: "NVIDIA's specifications of the one with 12 GB: 3584 CUDA cores at 1.78 GHz, GDDR6 of 15 Gbit/s on 192 bits; its GA10x whitepaper: 128 of them a multiprocessor",
        flops: 12.74e12,
        bandwidth: 360e9,
        units: 28,
        lanes: 128,
        other: 1.0,
    },
    Gpu {
        name: "Iris Xe",
        source: "Intel's specifications of the Core i7-1165G7: 96 execution units at 1.3 GHz, LPDDR4x-4267 on 128 bits",
        flops: 2.0e12,
        bandwidth: 68.3e9,
        units: 6,
        lanes: 128,
        other: 1.0,
    },
    Gpu {
        name: "Arc 140V",
        source: "Intel's specifications of the Core Ultra 7 258V: 8 Xe cores at 1.95 GHz, LPDDR5x-8533 on 128 bits",
        flops: 3.99e12,
        bandwidth: 136.5e9,
        units: 8,
        lanes: 128,
        other: 1.0,
    },
    Gpu {
        name: "Apple M2",
        source: "Apple's announcement: 3.6 TFLOP/s, 100 GB/s, 10 cores",
        flops: 3.6e12,
        bandwidth: 100e9,
        units: 10,
        lanes: 128,
        other: 1.0,
    },
    H100,
];

/// The one whose measurement the model is held against.
pub const H100: Gpu = Gpu {
    name: "H100",
    source: "measured by this project's bench, multiply-adds alone and a copy; NVIDIA's whitepaper: 132 multiprocessors of 128 lanes",
    flops: 44.5e12,
    bandwidth: 2660e9,
    units: 132,
    lanes: 128,
    other: 1.0,
};

impl Gpu {
    /// Cycles a second at which the peak is reached.
    fn clock(&self) -> f64 {
        self.flops / (2 * self.units * self.lanes) as f64
    }

    /// What a command takes, whose kernel has these figures if they are known.
    pub fn parts(&self, work: &Work, figures: Option<&Figures>) -> Parts {
        let slots = self.slots(work, figures);
        let of_a_unit = work.workgroups.div_ceil(self.units);
        let subgroups = (of_a_unit * work.invocations).div_ceil(self.lanes);
        let turns = of_a_unit.div_ceil(self.held(work, figures));
        let cycle = 1.0 / self.clock();
        let alone = slots * STALL * cycle + work.waits as f64 * WAIT;
        Parts {
            issuing: subgroups as f64 * slots * cycle,
            waiting: turns as f64 * alone,
            bytes: work.bytes as f64 / self.bandwidth,
        }
    }

    /// Cycles for the instructions of an invocation.
    fn slots(&self, work: &Work, figures: Option<&Figures>) -> f64 {
        let round = figures.and_then(|figures| figures.listing.round.or(figures.listing.inner));
        match round {
            Some(round) if round.multiply_adds >= HOT => {
                let others = 1.0 / round.share() - 1.0;
                work.multiply_adds as f64 * (1.0 + others * self.other)
            }
            _ => work.operations as f64 * self.other,
        }
    }

    /// Workgroups that a unit holds at once.
    fn held(&self, work: &Work, figures: Option<&Figures>) -> u64 {
        let registers = figures.map_or(USUAL_REGISTERS, |figures| figures.registers);
        let registers = registers.max(LEAST_REGISTERS);
        let invocations = REGISTERS * self.lanes / registers;
        (invocations / work.invocations).max(1)
    }
}

/// Seconds of each of the three.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Parts {
    /// Of the unit with the most workgroups.
    pub issuing: f64,
    /// Of a workgroup alone, as often as a unit has to take new ones.
    pub waiting: f64,
    /// Of the memory.
    pub bytes: f64,
}

impl Parts {
    /// Seconds of the command.
    pub fn seconds(self) -> f64 {
        LAUNCH + self.issuing.max(self.waiting).max(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine_code::{Analysis, Tally};

    /// Ten units of 128 lanes at 1 GHz.
    const GPU: Gpu = Gpu {
        name: "",
        source: "",
        flops: 2560e9,
        bandwidth: 100e9,
        units: 10,
        lanes: 128,
        other: 1.0,
    };

    const WORK: Work = Work {
        workgroups: 1000,
        invocations: 128,
        multiply_adds: 8000,
        operations: 9000,
        waits: 10,
        bytes: 1000,
    };

    /// Half of the round's instructions are multiply-adds, and a unit holds eight workgroups of 128.
    fn figures() -> Figures {
        let round = Tally {
            instructions: 128,
            multiply_adds: 64,
            ..Tally::default()
        };
        Figures {
            kernel: String::new(),
            registers: 64,
            spilled: 0,
            scratch: 0,
            subgroups: 0,
            workgroup_memory: 0,
            code: 0,
            latency: 0,
            inverse_throughput: 0,
            listing: Analysis {
                whole: Tally::default(),
                inner: None,
                round: Some(round),
            },
        }
    }

    fn near(found: f64, expected: f64) {
        // Rounding of a few products.
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    }

    #[test]
    fn many_workgroups_take_their_multiply_adds_over_peak_and_share() {
        let all = 2.0 * 1000.0 * 128.0 * 8000.0;
        let parts = GPU.parts(&WORK, Some(&figures()));
        near(parts.issuing, all / GPU.flops / 0.5);
        near(parts.seconds(), LAUNCH + parts.issuing);
    }

    #[test]
    fn what_can_issue_two_multiply_adds_at_once_pays_double_for_the_rest() {
        let dual = Gpu { other: 2.0, ..GPU };
        let (one, other) = (
            GPU.parts(&WORK, Some(&figures())),
            dual.parts(&WORK, Some(&figures())),
        );
        near(other.issuing, 1.5 * one.issuing);
    }

    #[test]
    fn few_workgroups_take_as_long_as_one_alone() {
        let alone = 16000.0 * STALL * 1e-9 + 10.0 * WAIT;
        for workgroups in [1, 10] {
            let work = Work { workgroups, ..WORK };
            let parts = GPU.parts(&work, Some(&figures()));
            near(parts.seconds(), LAUNCH + alone);
        }
        // Those of the second turn begin when those of the first are done.
        let work = Work {
            workgroups: 81,
            ..WORK
        };
        near(GPU.parts(&work, Some(&figures())).waiting, 2.0 * alone);
    }

    #[test]
    fn bytes_take_their_time_over_the_bandwidth() {
        let work = Work {
            multiply_adds: 0,
            operations: 1,
            bytes: 1_000_000_000,
            ..WORK
        };
        near(GPU.parts(&work, None).seconds(), LAUNCH + 0.01);
    }

    #[test]
    fn a_kernel_without_a_loop_of_multiply_adds_has_its_operations() {
        near(GPU.parts(&WORK, None).issuing, 100.0 * 9000.0 * 1e-9);
    }
}
