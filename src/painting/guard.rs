//! Keeps the last picture that was one.
//!
//! Steps that are far too long throw every value from one limit of colour to the other. That is seen when a step's record is
//! read, some steps later; so the GPU itself puts each picture by that still is one.

use super::error::Cause;
use super::record::StepRecord;
use crate::gpu::{Banded, Dispatch, GpuError, Memory};
use crate::kernels::sums::SumRange;
use crate::losses::Losses;
use crate::maps::Band;
use crate::network::Network;
use crate::pictures::Picture;
use crate::settings::{Optimiser, Settings};

/// Of the values that the pictures have within the limits of colour, a painting at its end has more than this part.
const LEAST_WITHIN: f64 = 0.1;

/// Steps of Adam up to this one, in units of the range of colours, can take back what others did: two and a half times the
/// tutorial's.
const LONG_STEP: f32 = 0.05;

/// Whether steps may be so long that they leave no picture: those of L-BFGS know no bound.
pub(super) fn is_needed(optimiser: Optimiser, learning_rate: f32) -> bool {
    optimiser == Optimiser::Lbfgs || learning_rate > LONG_STEP
}

/// Keeps the last picture that was one, once it is armed.
#[derive(Debug)]
pub(super) struct Guard {
    kept: Vec<wgpu::Buffer>,
    /// The largest share of values at the limits of colour with which it is one.
    most: f64,
}

impl Guard {
    /// A drawing in black and white has most of its values at the limits, and so may its painting: `own` are the shares of the
    /// pictures that it is made from.
    pub(super) fn new(own: impl Iterator<Item = f64>) -> Self {
        let own = own.fold(0.0, f64::max);
        Self {
            kept: Vec::new(),
            most: 1.0 - LEAST_WITHIN * (1.0 - own),
        }
    }

    /// From now on it keeps what is shown.
    pub(super) fn arm(
        &mut self,
        memory: &mut Memory,
        network: &Network,
        shown: &Banded,
        losses: &Losses,
    ) -> Result<(), GpuError> {
        if !self.kept.is_empty() {
            return Ok(());
        }
        let kept = shown.iter().map(|(band, _)| {
            let pixels = band.shape.positions() as usize;
            // And whether a picture was none.
            memory.storage::<u32>("kept picture", pixels + 1)
        });
        self.kept = kept.collect::<Result<_, _>>()?;
        network.gpu().run(&self.keep(network, shown, losses, true))
    }

    /// Whether the step has left no picture.
    pub(super) fn is_ruined(&self, record: &StepRecord) -> bool {
        !self.kept.is_empty() && record.at_limits > self.most
    }

    /// The commands that count the values at the limits.
    pub(super) fn count(
        &self,
        network: &Network,
        picture: &Banded,
        losses: &Losses,
    ) -> Vec<Dispatch> {
        let count = |((band, picture), &range): ((Band, _), &SumRange)| {
            let limits = &network.kernels.limits;
            limits.count(network.gpu(), band.shape, picture, (&losses.sums, range))
        };
        let sums = picture.iter().zip(&losses.limit_sums);
        // Where nothing is kept nothing is asked.
        sums.take(self.kept.len()).map(count).collect()
    }

    /// The commands that put by what is shown if the last count says that it is a picture; or else `anyhow`.
    pub(super) fn keep(
        &self,
        network: &Network,
        shown: &Banded,
        losses: &Losses,
        anyhow: bool,
    ) -> Vec<Dispatch> {
        let all = SumRange::joined(&losses.limit_sums);
        let values = 3.0 * f64::from(shown.shape().positions());
        let most = if anyhow {
            f64::from(f32::MAX)
        } else {
            self.most * values
        };
        let keep = |((band, picture), kept): ((Band, _), _)| {
            let (limits, sums) = (&network.kernels.limits, (&losses.sums, all));
            limits.keep(
                network.gpu(),
                band.shape,
                (picture, kept),
                sums,
                most as f32,
            )
        };
        shown.iter().zip(&self.kept).map(keep).collect()
    }

    /// Shows what was put by.
    pub(super) fn restore(&self, network: &Network, shown: &Banded) -> Result<(), GpuError> {
        let restore = |((band, picture), kept): ((Band, _), _)| {
            let limits = &network.kernels.limits;
            limits.restore(network.gpu(), band.shape, (kept, picture))
        };
        let commands: Vec<_> = shown.iter().zip(&self.kept).map(restore).collect();
        network.gpu().run(&commands)
    }
}

/// The share of a picture's values that lie at the limits of colour.
pub(super) fn at_limits(picture: &Picture) -> f64 {
    let values = picture.values();
    let there = values
        .iter()
        .filter(|&&value| value == 0 || value == u8::MAX);
    there.count() as f64 / values.len() as f64
}

/// What has thrown the values to the limits.
pub(super) fn cause(record: &StepRecord, settings: &Settings) -> Cause {
    match settings.optimiser {
        Optimiser::Adam => Cause::StepSize,
        Optimiser::Lbfgs => Cause::Weight(record.largest()),
    }
}
