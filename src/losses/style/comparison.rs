//! The comparison of one layer in one region of the painting with its target.

use super::square_root::SquareRoot;
use super::targets::{LayerSums, Target, map, widest};
use crate::gpu::{Dispatch, Gpu, GpuError, Memory};
use crate::kernels::gram_loss::LossScales;
use crate::kernels::matrix::{Factor, Factors, Scaling};
use crate::kernels::matrix_buffer::MatrixBuffer;
use crate::kernels::normalise::Offset;
use crate::kernels::sums::SumRange;
use crate::kernels::wasserstein::Moments;
use crate::network::Network;
use crate::settings::{LayerWeights, Perception, StyleLoss};

/// What the Wasserstein-2 loss of a layer needs besides.
#[derive(Debug)]
pub(super) struct Distribution {
    /// The root of the target's covariance.
    pub(super) root: MatrixBuffer,
    /// What the gradient has everywhere.
    pub(super) offset: wgpu::Buffer,
}

/// The loss of one layer in one region.
#[derive(Debug)]
pub(crate) struct RegionLoss {
    /// The mean of the styles' targets, where there are several.
    pub(super) blended: Option<Target>,
    /// Of the features with the target, as the gradient needs it.
    pub(super) difference: MatrixBuffer,
    /// One over the mean of the target's squares, where the loss is relative.
    pub(super) unit: Option<wgpu::Buffer>,
    pub(super) distribution: Option<Distribution>,
    pub(super) sums: SumRange,
}

impl RegionLoss {
    pub(super) fn new(
        memory: &mut Memory,
        perception: &Perception,
        layer: usize,
        several: bool,
        sums: SumRange,
    ) -> Result<Self, GpuError> {
        let style_loss = perception.style_loss;
        let map = map(layer);
        let blended = several
            .then(|| Target::new(memory, style_loss, layer))
            .transpose()?;
        let distribution = match style_loss {
            StyleLoss::Wasserstein => Some(Distribution {
                root: MatrixBuffer::new(memory, "style root", map)?,
                offset: memory.storage::<[f32; 4]>("style offset", map.quads() as usize)?,
            }),
            _ => None,
        };
        let unit = (style_loss == StyleLoss::Relative)
            .then(|| memory.storage::<f32>("style unit", 1))
            .transpose()?;
        Ok(Self {
            blended,
            unit,
            difference: MatrixBuffer::new(memory, "Gram difference", map)?,
            distribution,
            sums,
        })
    }
}

/// Matrices that losses use one after the other.
#[derive(Debug)]
pub(crate) struct Scratch {
    /// Of the features.
    moments: Moments,
    covariance: MatrixBuffer,
    /// A gradient's matrix before it is given its length.
    raw: MatrixBuffer,
    pub(super) root: SquareRoot,
    /// Of gradients.
    length: Factors,
    length_sum: SumRange,
    ones: Factors,
}

impl Scratch {
    pub(super) fn new(
        memory: &mut Memory,
        layers: &LayerWeights,
        length_sum: SumRange,
    ) -> Result<Self, GpuError> {
        let map = widest(layers);
        let root = SquareRoot::new(memory, map)?;
        let mut matrix = || MatrixBuffer::new(memory, "matrix", map);
        let (second, covariance, raw) = (matrix()?, matrix()?, matrix()?);
        let mean = memory.storage::<[f32; 4]>("mean", map.quads() as usize)?;
        Ok(Self {
            moments: Moments { second, mean },
            covariance,
            raw,
            root,
            length: Factors::new(memory, 1.0)?,
            length_sum,
            ones: Factors::new(memory, 1.0)?,
        })
    }
}

/// Matrices of [`Scratch`], those of the root included.
pub(crate) const SCRATCH_MATRICES: usize = 3 + SquareRoot::MATRICES;

/// Whether losses need more than one matrix a layer.
pub(crate) fn needs_scratch(perception: &Perception) -> bool {
    perception.style_loss == StyleLoss::Wasserstein || perception.normalises()
}

/// The comparison of one layer in one region.
pub(crate) struct Comparison<'a> {
    pub(super) network: &'a Network,
    pub(super) quads: u32,
    pub(super) layer: usize,
    pub(super) loss: &'a RegionLoss,
    /// Of the region.
    pub(super) part: f32,
    /// The sum of the positions' weights, and one over it.
    pub(super) positions: f32,
    pub(super) inverse: f32,
    /// By what the loss is multiplied in all.
    pub(super) strength: f32,
    pub(super) sums: &'a wgpu::Buffer,
}

impl Comparison<'_> {
    fn gpu(&self) -> &Gpu {
        self.network.gpu()
    }

    /// With gradient to `F[c, p] = weight[p] * sum over d of difference[c, d] F[d, p]`: 2 / channels^2 of the mean of squares,
    /// 2 of the symmetric product, and one over the weights' sum.
    pub(super) fn of_gram(
        &self,
        totals: &LayerSums,
        target: &MatrixBuffer,
        difference: &MatrixBuffer,
        strength: f32,
    ) -> Dispatch {
        let map = map(self.layer);
        let channels = f64::from(map.channels);
        let gradient = f64::from(strength) * 4.0 * f64::from(self.inverse) / (channels * channels);
        let scales = LossScales {
            moment: self.inverse,
            loss: self.part,
            gradient: gradient as f32,
        };
        self.network.kernels.gram_loss.compare(
            self.gpu(),
            map,
            &totals.products,
            (target, self.loss.unit.as_ref()),
            difference,
            scales,
            (self.sums, self.loss.sums),
        )
    }

    pub(super) fn of_gram_normalised(
        &self,
        scratch: &Scratch,
        totals: &LayerSums,
        target: &MatrixBuffer,
    ) -> Vec<Dispatch> {
        let gram_loss = &self.network.kernels.gram_loss;
        let (map, second) = (map(self.layer), &scratch.moments.second);
        let products = &totals.products;
        let mut commands = vec![
            gram_loss.store_target(self.gpu(), map, products, self.inverse, second),
            self.of_gram(totals, target, &scratch.raw, 1.0),
        ];
        commands.extend(self.normalise(scratch, None));
        commands
    }

    /// The commands that bring `scratch.raw` to the difference, with the length that the strength says.
    fn normalise(&self, scratch: &Scratch, offset: Option<Offset<'_>>) -> Vec<Dispatch> {
        let (gpu, kernels, quads) = (self.gpu(), &self.network.kernels, self.quads);
        let (raw, product) = (&scratch.raw, scratch.root.spare());
        let plain = scratch_scaling(&scratch.ones);
        let sum = (self.sums, scratch.length_sum);
        let (normalise, matrix) = (&kernels.normalise, &kernels.matrix);
        let second = &scratch.moments.second;
        vec![
            matrix.multiply(gpu, quads, raw, second, plain, product),
            normalise.measure(gpu, quads, raw, product, offset, self.positions, sum),
            normalise.factor(gpu, sum, 1.0, self.strength, &scratch.length),
            matrix.scale(
                gpu,
                quads,
                raw,
                scratch_scaling(&scratch.length),
                &self.loss.difference,
            ),
        ]
    }

    pub(super) fn of_moments(
        &self,
        scratch: &Scratch,
        totals: &LayerSums,
        target: &Moments,
        normalise: bool,
    ) -> Vec<Dispatch> {
        let (Some(distribution), Some(channel_sums)) = (&self.loss.distribution, &totals.channels)
        else {
            return Vec::new();
        };
        let (gpu, kernels, quads) = (self.gpu(), &self.network.kernels, self.quads);
        let (matrix, wasserstein) = (&kernels.matrix, &kernels.wasserstein);
        let Scratch {
            moments,
            covariance,
            root: square_root,
            ..
        } = scratch;
        let target_root = &distribution.root;
        let plain = scratch_scaling(&scratch.ones);
        let gram_loss = &kernels.gram_loss;
        let (products, second) = (&totals.products, &moments.second);
        let mut commands = vec![
            gram_loss.store_target(gpu, map(self.layer), products, self.inverse, second),
            kernels.scaled_add.add(
                gpu,
                quads,
                (self.inverse, channel_sums),
                (0.0, &moments.mean),
            ),
            wasserstein.covariance(gpu, quads, moments, covariance),
            matrix.multiply(
                gpu,
                quads,
                target_root,
                covariance,
                plain,
                square_root.spare(),
            ),
            matrix.multiply(
                gpu,
                quads,
                square_root.spare(),
                target_root,
                plain,
                square_root.source(),
            ),
        ];
        let found = square_root.find(gpu, &kernels.matrix, quads);
        commands.extend(found.commands);
        commands.push(wasserstein.measure(
            gpu,
            quads,
            (covariance, moments),
            target,
            (found.root, &square_root.factors),
            self.part,
            (self.sums, self.loss.sums),
        ));
        // The gradient to the covariance is (I - R M^(-1/2) R) / channels; twice that multiplies the features.
        let (difference, strength) = if normalise {
            (&scratch.raw, 1.0)
        } else {
            (&self.loss.difference, self.strength)
        };
        let scale = strength * self.inverse;
        let twice = 2.0 * scale / (4 * quads) as f32;
        let scaling = square_root.scaling(Factor::InverseRoot, -twice, twice);
        commands.extend([
            matrix.multiply(gpu, quads, target_root, found.inverse, plain, found.spare),
            matrix.multiply(gpu, quads, found.spare, target_root, scaling, difference),
        ]);
        let offset = |difference, factors| {
            wasserstein.offset(
                gpu,
                quads,
                &moments.mean,
                target,
                difference,
                (scale, factors),
                &distribution.offset,
            )
        };
        commands.push(offset(difference, &scratch.ones));
        if normalise {
            let raw = Offset {
                offsets: &distribution.offset,
                mean: &moments.mean,
            };
            commands.extend(self.normalise(scratch, Some(raw)));
            commands.push(offset(&self.loss.difference, &scratch.length));
        }
        commands
    }
}

/// A plain product, or one that is given a length.
fn scratch_scaling(factors: &Factors) -> Scaling<'_> {
    Scaling {
        factor: (factors, Factor::First),
        alpha: 1.0,
        beta: 0.0,
    }
}
