//! What an expression of a kernel's text costs, and where the parts of what lies in memory are.

use naga::valid::FunctionInfo;
use naga::{
    BinaryOperator, Expression, Function, Handle, MathFunction, Module, ScalarKind, TypeInner,
};

/// Operations of one expression, each part of a vector for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operations {
    /// How many.
    pub all: u64,
    /// Whether they multiply floats, and may add too.
    pub multiply: bool,
}

impl Operations {
    /// Of an expression. Reads of memory are counted where they are made; taking a value apart and putting one together
    /// costs nothing.
    pub fn of(
        module: &Module,
        function: &Function,
        info: &FunctionInfo,
        handle: Handle<Expression>,
    ) -> Self {
        let inner = |handle: Handle<Expression>| info[handle].ty.inner_with(&module.types);
        let result = inner(handle);
        let float = result.scalar_kind() == Some(ScalarKind::Float);
        let (all, multiply) = match &function.expressions[handle] {
            Expression::Binary {
                op: BinaryOperator::Multiply,
                left,
                right,
            } => {
                let products = products(inner(*left), inner(*right));
                (products.unwrap_or_else(|| parts(result)), float)
            }
            Expression::Math { fun, arg, .. } => match fun {
                MathFunction::Fma => (parts(result), true),
                MathFunction::Dot => (parts(inner(*arg)), float),
                MathFunction::Transpose => (0, false),
                _ => (parts(result), false),
            },
            Expression::Binary { .. }
            | Expression::Unary { .. }
            | Expression::Select { .. }
            | Expression::As {
                convert: Some(_), ..
            } => (parts(result), false),
            _ => (0, false),
        };
        Self { all, multiply }
    }
}

/// Bytes from the start of something to one of its parts.
pub fn step(module: &Module, pointer: &TypeInner, index: u32) -> Option<u64> {
    let inner = match pointer {
        TypeInner::Pointer { base, .. } => &module.types[*base].inner,
        TypeInner::ValuePointer { scalar, .. } => {
            return Some(u64::from(index) * u64::from(scalar.width));
        }
        _ => return None,
    };
    match inner {
        TypeInner::Array { stride, .. } => Some(u64::from(index) * u64::from(*stride)),
        TypeInner::Vector { scalar, .. } => Some(u64::from(index) * u64::from(scalar.width)),
        TypeInner::Matrix { rows, scalar, .. } => {
            let rows = (*rows as u64).next_power_of_two();
            Some(u64::from(index) * rows * u64::from(scalar.width))
        }
        TypeInner::Struct { members, .. } => members
            .get(index as usize)
            .map(|member| member.offset.into()),
        _ => None,
    }
}

/// Numbers of a scalar, a vector or a matrix.
fn parts(inner: &TypeInner) -> u64 {
    match inner {
        TypeInner::Vector { size, .. } => *size as u64,
        TypeInner::Matrix { columns, rows, .. } => *columns as u64 * *rows as u64,
        _ => 1,
    }
}

/// Multiplications of a product with a matrix.
fn products(left: &TypeInner, right: &TypeInner) -> Option<u64> {
    match (left, right) {
        (TypeInner::Matrix { columns, .. }, TypeInner::Matrix { .. }) => {
            Some(parts(right) / *columns as u64 * parts(left))
        }
        (TypeInner::Matrix { .. }, _) => Some(parts(left)),
        (_, TypeInner::Matrix { .. }) => Some(parts(right)),
        _ => None,
    }
}
