//! The square root of a matrix of channels x channels and its inverse, by Newton and Schulz's iteration (Higham 2008,
//! "Functions of Matrices", section 6.7, equation 6.35):
//!
//! ```text
//! Y = M / |M|, Z = I;  T = (3 I - Z Y) / 2, Y := Y T, Z := T Z
//! ```
//!
//! so that Y goes to the root of M / |M| and Z to its inverse. Twelve iterations, as in style-transfer-pytorch: eigenvalues
//! below some 1e-4 of the largest are not yet there, which keeps the inverse bounded where the matrix has none. The distance
//! is then up to a tenth larger than the exact one in the first layers; from some 20 iterations on f32 loses the root again.

use crate::gpu::{Dispatch, Gpu, GpuError, Memory};
use crate::kernels::matrix::{Factor, Factors, Matrix, Scaling};
use crate::kernels::matrix_buffer::MatrixBuffer;
use crate::maps::Shape;

const ITERATIONS: usize = 12;

/// The matrices between which the iteration goes, and the factors of the norm.
#[derive(Debug)]
pub(crate) struct SquareRoot {
    matrices: [MatrixBuffer; 5],
    /// Of the norm of the matrix whose root was found last.
    pub factors: Factors,
}

/// The commands that find a root, and the matrices that then hold it.
#[derive(Debug)]
pub(crate) struct Root<'a> {
    pub commands: Vec<Dispatch>,
    /// Y.
    pub root: &'a MatrixBuffer,
    /// Z.
    pub inverse: &'a MatrixBuffer,
    /// May be used.
    pub spare: &'a MatrixBuffer,
}

impl SquareRoot {
    /// Matrices that the iteration takes.
    pub const MATRICES: usize = 5;

    /// For matrices up to the channels of that map.
    pub fn new(memory: &mut Memory, map: Shape) -> Result<Self, GpuError> {
        let mut matrix = || MatrixBuffer::new(memory, "matrix", map);
        let matrices = [matrix()?, matrix()?, matrix()?, matrix()?, matrix()?];
        Ok(Self {
            matrices,
            factors: Factors::new(memory, 1.0)?,
        })
    }

    /// Where the matrix is expected whose root is asked for.
    pub fn source(&self) -> &MatrixBuffer {
        &self.matrices[0]
    }

    /// May be used before the root is asked for.
    pub fn spare(&self) -> &MatrixBuffer {
        &self.matrices[1]
    }

    /// `alpha * factor * ... + beta * I`.
    pub fn scaling(&self, factor: Factor, alpha: f32, beta: f32) -> Scaling<'_> {
        Scaling {
            factor: (&self.factors, factor),
            alpha,
            beta,
        }
    }

    /// The root of what is in [`SquareRoot::source`], of so many quads.
    pub fn find(&self, gpu: &Gpu, kernel: &Matrix, quads: u32) -> Root<'_> {
        let [m, y, z, next_y, t] = &self.matrices;
        let plain = |alpha, beta| self.scaling(Factor::First, alpha, beta);
        let normalised = self.scaling(Factor::InverseNorm, 1.0, 0.0);
        let product = |a, b, scaling, result| kernel.multiply(gpu, quads, a, b, scaling, result);
        // Z is the identity at first, so that T is the next Z.
        let mut commands = vec![
            kernel.norm(gpu, quads, m, &self.factors),
            kernel.scale(gpu, quads, m, normalised, y),
            kernel.scale(gpu, quads, y, plain(-0.5, 1.5), z),
            product(y, z, plain(1.0, 0.0), next_y),
        ];
        let mut free = [t, m, y];
        let (mut y, mut z) = (next_y, z);
        for _ in 1..ITERATIONS {
            let [t, next_y, next_z] = free;
            commands.push(product(z, y, plain(-0.5, 1.5), t));
            commands.push(product(y, t, plain(1.0, 0.0), next_y));
            commands.push(product(t, z, plain(1.0, 0.0), next_z));
            free = [t, y, z];
            (y, z) = (next_y, next_z);
        }
        Root {
            commands,
            root: y,
            inverse: z,
            spare: free[0],
        }
    }
}
