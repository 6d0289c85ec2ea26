//! What is known of a value while a kernel is walked through: whole numbers and truths, which say where it goes and what it
//! reads. Nothing is known of floats, which say neither.

use std::iter;

use naga::{
    BinaryOperator, Expression, GlobalVariable, Handle, Literal, LocalVariable, MathFunction,
    Module, ScalarKind, Type, TypeInner, UnaryOperator,
};

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Unknown,
    /// A `u32`, an `i32` or a `bool`.
    Number(i64),
    /// Of a vector, an array or a struct.
    Parts(Vec<Value>),
    /// Where something lies.
    Place(Place),
}

/// Where something lies.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// In a buffer or in workgroup memory, at so many bytes from its start, if it is known at how many.
    Memory(Handle<GlobalVariable>, Option<u64>),
    /// In a variable of the function that is so many calls deep: the way through its parts, where it is known.
    Local(usize, Handle<LocalVariable>, Vec<Option<u32>>),
}

impl Value {
    /// The number, where it is known to be one.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A part of it.
    pub fn part(&self, index: Option<u32>) -> Self {
        match (self, index) {
            (Self::Parts(parts), Some(index)) => parts.get(index as usize).cloned(),
            _ => None,
        }
        .unwrap_or(Self::Unknown)
    }

    /// What lies at the end of a way through its parts.
    pub fn at(&self, way: &[Option<u32>]) -> Self {
        way.iter()
            .fold(self.clone(), |value, &index| value.part(index))
    }

    /// Puts something at the end of a way through its parts. Where the way is not known, nothing is known afterwards.
    pub fn put(&mut self, way: &[Option<u32>], value: Self) {
        match (way, self) {
            ([], place) => *place = value,
            ([Some(index), rest @ ..], Self::Parts(parts)) => {
                if let Some(part) = parts.get_mut(*index as usize) {
                    part.put(rest, value);
                }
            }
            (_, place) => *place = Self::Unknown,
        }
    }

    /// The same of each number, or of each pair of them: a single one goes with each part of the other.
    fn each(values: &[&Self], of: &impl Fn(&[i64]) -> Option<i64>) -> Self {
        let longest = values.iter().filter_map(|value| match value {
            Self::Parts(parts) => Some(parts.len()),
            _ => None,
        });
        let Some(length) = longest.max() else {
            let numbers: Option<Vec<_>> = values.iter().map(|value| value.number()).collect();
            let result = numbers.and_then(|numbers| of(&numbers));
            return result.map_or(Self::Unknown, Self::Number);
        };
        let parts = (0..length).map(|place| {
            let parts = values.iter().map(|value| match value {
                Self::Parts(parts) => parts.get(place).unwrap_or(&Self::Unknown),
                single => single,
            });
            Self::each(&parts.collect::<Vec<_>>(), of)
        });
        Self::Parts(parts.collect())
    }

    /// The result of an operator, of that type.
    pub fn binary(op: BinaryOperator, left: &Self, right: &Self, result: &TypeInner) -> Self {
        let kind = result.scalar_kind();
        if kind == Some(ScalarKind::Float) {
            return Self::Unknown;
        }
        Self::each(&[left, right], &|numbers| {
            let &[a, b] = numbers else { return None };
            let value = match op {
                BinaryOperator::Add => a.wrapping_add(b),
                BinaryOperator::Subtract => a.wrapping_sub(b),
                BinaryOperator::Multiply => a.wrapping_mul(b),
                BinaryOperator::Divide => a.checked_div(b)?,
                BinaryOperator::Modulo => a.checked_rem(b)?,
                BinaryOperator::Equal => i64::from(a == b),
                BinaryOperator::NotEqual => i64::from(a != b),
                BinaryOperator::Less => i64::from(a < b),
                BinaryOperator::LessEqual => i64::from(a <= b),
                BinaryOperator::Greater => i64::from(a > b),
                BinaryOperator::GreaterEqual => i64::from(a >= b),
                BinaryOperator::And | BinaryOperator::LogicalAnd => a & b,
                BinaryOperator::ExclusiveOr => a ^ b,
                BinaryOperator::InclusiveOr | BinaryOperator::LogicalOr => a | b,
                BinaryOperator::ShiftLeft => a << (b & 31),
                BinaryOperator::ShiftRight => a >> (b & 31),
            };
            Some(wrapped(value, kind))
        })
    }

    /// The result of an operator, of that type.
    pub fn unary(op: UnaryOperator, value: &Self, result: &TypeInner) -> Self {
        let kind = result.scalar_kind();
        Self::each(&[value], &|numbers| {
            let &[a] = numbers else { return None };
            let value = match op {
                UnaryOperator::Negate => -a,
                UnaryOperator::LogicalNot => i64::from(a == 0),
                UnaryOperator::BitwiseNot => !a,
            };
            Some(wrapped(value, kind))
        })
    }

    /// The result of a function of whole numbers; nothing is known of others'.
    pub fn math(fun: MathFunction, arguments: &[&Self], result: &TypeInner) -> Self {
        let kind = result.scalar_kind();
        if kind == Some(ScalarKind::Float) {
            return Self::Unknown;
        }
        Self::each(arguments, &|numbers| {
            let value = match (fun, numbers) {
                (MathFunction::Min, &[a, b]) => a.min(b),
                (MathFunction::Max, &[a, b]) => a.max(b),
                (MathFunction::Clamp, &[a, low, high]) => a.max(low).min(high),
                (MathFunction::Abs, &[a]) => a.abs(),
                _ => return None,
            };
            Some(wrapped(value, kind))
        })
    }

    /// The same number as another kind of whole number.
    pub fn converted(&self, kind: ScalarKind) -> Self {
        if kind == ScalarKind::Float {
            return Self::Unknown;
        }
        Self::each(&[self], &|numbers| {
            let &[a] = numbers else { return None };
            Some(wrapped(a, Some(kind)))
        })
    }

    /// One of two; where it is not known which, nothing is known unless they are the same.
    pub fn select(condition: &Self, accept: &Self, reject: &Self) -> Self {
        match condition {
            Self::Number(0) => reject.clone(),
            Self::Number(_) => accept.clone(),
            Self::Parts(conditions) => {
                let parts = conditions.iter().zip(0..);
                let parts = parts.map(|(condition, place)| {
                    let place = Some(place);
                    Self::select(condition, &accept.part(place), &reject.part(place))
                });
                Self::Parts(parts.collect())
            }
            _ if accept == reject => accept.clone(),
            _ => Self::Unknown,
        }
    }

    /// Of its parts; those of a vector may be vectors.
    pub fn composed(parts: Vec<Self>, result: &TypeInner) -> Self {
        let TypeInner::Vector { size, .. } = result else {
            return Self::Parts(parts);
        };
        let flat: Vec<_> = parts
            .into_iter()
            .flat_map(|part| match part {
                Self::Parts(parts) => parts,
                single => vec![single],
            })
            .collect();
        if flat.len() == *size as usize {
            Self::Parts(flat)
        } else {
            Self::Unknown
        }
    }

    /// Of a literal.
    pub fn literal(literal: Literal) -> Self {
        match literal {
            Literal::U32(number) => Self::Number(number.into()),
            Literal::I32(number) => Self::Number(number.into()),
            Literal::Bool(truth) => Self::Number(truth.into()),
            _ => Self::Unknown,
        }
    }

    /// What a variable of that type begins with.
    pub fn zero(module: &Module, ty: Handle<Type>) -> Self {
        Self::read(module, &module.types[ty].inner, &[])
    }

    /// Of that type, from its bytes; what lies past them is zero.
    pub fn read(module: &Module, inner: &TypeInner, bytes: &[u8]) -> Self {
        let part = |inner: &TypeInner, offset: u32| {
            let bytes = bytes.get(offset as usize..).unwrap_or_default();
            Self::read(module, inner, bytes)
        };
        match inner {
            TypeInner::Scalar(scalar) | TypeInner::Atomic(scalar) => {
                let mut word = [0; 4];
                for (to, from) in word.iter_mut().zip(bytes) {
                    *to = *from;
                }
                match scalar.kind {
                    ScalarKind::Uint | ScalarKind::Bool => {
                        Self::Number(u32::from_le_bytes(word).into())
                    }
                    ScalarKind::Sint => Self::Number(i32::from_le_bytes(word).into()),
                    _ => Self::Unknown,
                }
            }
            TypeInner::Vector { size, scalar } => {
                let scalar = TypeInner::Scalar(*scalar);
                let parts = (0..*size as u32).map(|place| part(&scalar, 4 * place));
                Self::Parts(parts.collect())
            }
            TypeInner::Array {
                base,
                size: naga::ArraySize::Constant(length),
                stride,
            } => {
                let base = &module.types[*base].inner;
                let parts = (0..length.get()).map(|place| part(base, place * stride));
                Self::Parts(parts.collect())
            }
            TypeInner::Struct { members, .. } => {
                let members = members.iter();
                let parts =
                    members.map(|member| part(&module.types[member.ty].inner, member.offset));
                Self::Parts(parts.collect())
            }
            _ => Self::Unknown,
        }
    }

    /// Of an expression that is a constant.
    pub fn constant(module: &Module, expression: Handle<Expression>) -> Self {
        let part = |&part: &_| Self::constant(module, part);
        match &module.global_expressions[expression] {
            Expression::Literal(literal) => Self::literal(*literal),
            Expression::Constant(constant) => {
                Self::constant(module, module.constants[*constant].init)
            }
            Expression::ZeroValue(ty) => Self::zero(module, *ty),
            Expression::Compose { components, .. } => {
                Self::Parts(components.iter().map(part).collect())
            }
            Expression::Splat { size, value } => {
                Self::Parts(iter::repeat_n(part(value), *size as usize).collect())
            }
            _ => Self::Unknown,
        }
    }
}

/// As 32 bits hold it.
fn wrapped(value: i64, kind: Option<ScalarKind>) -> i64 {
    match kind {
        Some(ScalarKind::Sint) => i64::from(value as i32),
        _ => i64::from(value as u32),
    }
}

#[cfg(test)]
mod tests {
    use naga::Scalar;

    use super::*;

    const U32: TypeInner = TypeInner::Scalar(Scalar::U32);

    const I32: TypeInner = TypeInner::Scalar(Scalar::I32);

    #[test]
    fn whole_numbers_wrap_as_on_the_gpu() {
        let (zero, one) = (Value::Number(0), Value::Number(1));
        let subtract = BinaryOperator::Subtract;
        let below = Value::binary(subtract, &zero, &one, &U32);
        assert_eq!(below, Value::Number(0xffff_ffff));
        assert_eq!(
            Value::binary(subtract, &zero, &one, &I32),
            Value::Number(-1)
        );
        assert_eq!(below.converted(ScalarKind::Sint), Value::Number(-1));
    }

    #[test]
    fn a_single_number_goes_with_each_part() {
        let pair = Value::Parts(vec![Value::Number(2), Value::Unknown]);
        let product = Value::binary(BinaryOperator::Multiply, &pair, &Value::Number(3), &U32);
        assert_eq!(
            product,
            Value::Parts(vec![Value::Number(6), Value::Unknown])
        );
    }

    #[test]
    fn what_is_put_where_nobody_knows_hides_the_whole() {
        let mut pair = Value::Parts(vec![Value::Number(2), Value::Number(3)]);
        pair.put(&[Some(1)], Value::Number(5));
        assert_eq!(pair.at(&[Some(1)]), Value::Number(5));
        pair.put(&[None], Value::Number(7));
        assert_eq!(pair, Value::Unknown);
    }
}
