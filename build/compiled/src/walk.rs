//! Walks through a kernel's text as one of its invocations does, and counts what it meets.
//!
//! It follows whole numbers: the uniform's, the invocation's own and what is made of them. They say how often each loop
//! turns and what is read of which buffer, so a command is counted whatever its kernel is. Of floats only the operations
//! are counted. Where a way depends on one, that is taken which goes on, and a loop that only such a value would end turns
//! once.

use std::collections::HashMap;
use std::iter;

use naga::valid::{FunctionInfo, ModuleInfo};
use naga::{
    AddressSpace, Block, BuiltIn, Expression, Function, GlobalVariable, Handle, LocalVariable,
    Module, Statement, TypeInner,
};

use crate::counts::{Count, Traffic, Walk, joined};
use crate::kernels::Assembled;
use crate::operations::{Operations, step};
use crate::spirv::{SpirvError, parsed};
use crate::values::{Place, Value};

/// Expressions of a walk from which on it is given up: no kernel is so long.
const LONGEST: u64 = 100_000_000;

/// Why a kernel could not be walked through.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// naga refuses it.
    #[error(transparent)]
    Spirv(#[from] SpirvError),
    /// Its text has no such entry point.
    #[error("{0} has no such entry point in its shader")]
    NoEntry(String),
    /// It has no end.
    #[error("{0} goes on and on: a loop of it depends on what only a GPU knows")]
    Endless(String),
}

/// A kernel's text, read.
#[derive(Debug)]
pub struct Text {
    name: String,
    module: Module,
    info: ModuleInfo,
    entry: usize,
}

/// Which invocation of which command.
#[derive(Debug, Clone, Copy)]
pub struct Position<'a> {
    /// The contents of the uniforms by their bindings.
    pub uniforms: &'a [(u32, Vec<u8>)],
    /// Of the command.
    pub workgroups: [u32; 3],
    /// Which workgroup.
    pub workgroup: [u32; 3],
    /// Which invocation of it, counted along x first.
    pub invocation: u32,
}

impl Text {
    /// Reads it.
    ///
    /// # Errors
    /// [`WalkError::Spirv`] and [`WalkError::NoEntry`].
    pub fn read(kernel: &Assembled) -> Result<Self, WalkError> {
        let (module, info) = parsed(kernel)?;
        let mut entries = module.entry_points.iter();
        let entry = entries
            .position(|entry| entry.name == kernel.entry)
            .ok_or_else(|| WalkError::NoEntry(kernel.name.clone()))?;
        Ok(Self {
            name: kernel.name.clone(),
            module,
            info,
            entry,
        })
    }

    /// Invocations of a workgroup along x, y and z.
    pub fn workgroup_size(&self) -> [u32; 3] {
        self.module.entry_points[self.entry].workgroup_size
    }

    /// Walks through it.
    ///
    /// # Errors
    /// [`WalkError::Endless`].
    pub fn walk(&self, position: Position<'_>) -> Result<Walk, WalkError> {
        let entry = &self.module.entry_points[self.entry].function;
        let arguments = entry.arguments.iter().map(|argument| {
            let Some(naga::Binding::BuiltIn(built_in)) = argument.binding else {
                return Value::Unknown;
            };
            self.built_in(built_in, position)
        });
        let mut walker = Walker {
            text: self,
            uniforms: position.uniforms,
            locals: Vec::new(),
            known: HashMap::new(),
            walk: Walk::default(),
            pending: false,
            left: LONGEST,
        };
        let info = self.info.get_entry_point(self.entry);
        walker.call(entry, info, arguments.collect());
        walker.settle();
        if walker.left == 0 {
            return Err(WalkError::Endless(self.name.clone()));
        }
        Ok(walker.walk)
    }

    fn built_in(&self, built_in: BuiltIn, position: Position<'_>) -> Value {
        let numbers = |numbers: [u32; 3]| {
            let numbers = numbers.map(|number| Value::Number(number.into()));
            Value::Parts(numbers.into())
        };
        let size = self.workgroup_size();
        let at = position.invocation;
        let local = [
            at % size[0],
            at / size[0] % size[1],
            at / (size[0] * size[1]),
        ];
        match built_in {
            BuiltIn::WorkGroupId => numbers(position.workgroup),
            BuiltIn::NumWorkGroups => numbers(position.workgroups),
            BuiltIn::WorkGroupSize => numbers(size),
            BuiltIn::LocalInvocationId => numbers(local),
            BuiltIn::LocalInvocationIndex => Value::Number(at.into()),
            BuiltIn::GlobalInvocationId => {
                numbers([0, 1, 2].map(|axis| position.workgroup[axis] * size[axis] + local[axis]))
            }
            _ => Value::Unknown,
        }
    }
}

/// How a block is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    On,
    Break,
    Continue,
    Return,
}

struct Walker<'a> {
    text: &'a Text,
    uniforms: &'a [(u32, Vec<u8>)],
    /// Of each call that is under way.
    locals: Vec<HashMap<Handle<LocalVariable>, Value>>,
    /// Of functions whose work is the same whenever nothing is known of their arguments.
    known: HashMap<Handle<Function>, (Count, Value)>,
    walk: Walk,
    /// Whether a buffer has been read since the last wait.
    pending: bool,
    left: u64,
}

/// A call that is under way.
struct Frame<'a> {
    function: &'a Function,
    info: &'a FunctionInfo,
    arguments: Vec<Value>,
    values: Vec<Option<Value>>,
    depth: usize,
    result: Value,
}

impl<'a> Walker<'a> {
    fn module(&self) -> &'a Module {
        &self.text.module
    }

    fn settle(&mut self) {
        self.walk.count.waits += u64::from(std::mem::take(&mut self.pending));
    }

    fn call(
        &mut self,
        function: &'a Function,
        info: &'a FunctionInfo,
        arguments: Vec<Value>,
    ) -> Value {
        let mut frame = Frame {
            function,
            info,
            arguments,
            values: vec![None; function.expressions.len()],
            depth: self.locals.len(),
            result: Value::Unknown,
        };
        self.locals.push(HashMap::new());
        for (handle, variable) in function.local_variables.iter() {
            let value = match variable.init {
                Some(init) => self.value(&mut frame, init),
                None => Value::zero(self.module(), variable.ty),
            };
            self.locals[frame.depth].insert(handle, value);
        }
        self.block(&mut frame, &function.body);
        self.locals.pop();
        frame.result
    }

    /// A call to a function of the module. One of whose arguments nothing is known, and that touches no buffer, does the
    /// same each time.
    fn call_known(&mut self, handle: Handle<Function>, arguments: Vec<Value>) -> Value {
        let info = &self.text.info[handle];
        let alone = arguments.iter().all(|value| *value == Value::Unknown)
            && info.global_uses.iter().all(|uses| uses.is_empty());
        if let (true, Some((count, value))) = (alone, self.known.get(&handle)) {
            self.walk.count.multiply_adds += count.multiply_adds;
            self.walk.count.operations += count.operations;
            return value.clone();
        }
        let before = self.walk.count;
        let value = self.call(&self.module().functions[handle], info, arguments);
        if alone {
            let after = self.walk.count;
            let count = Count {
                multiply_adds: after.multiply_adds - before.multiply_adds,
                operations: after.operations - before.operations,
                waits: 0,
            };
            self.known.insert(handle, (count, value.clone()));
        }
        value
    }

    fn block(&mut self, frame: &mut Frame<'a>, block: &'a Block) -> Way {
        for statement in block.iter() {
            let way = self.statement(frame, statement);
            if way != Way::On || self.left == 0 {
                return way;
            }
        }
        Way::On
    }

    fn statement(&mut self, frame: &mut Frame<'a>, statement: &'a Statement) -> Way {
        match statement {
            Statement::Emit(range) => {
                for handle in range.clone() {
                    self.left = self.left.saturating_sub(1);
                    let value = self.evaluate(frame, handle);
                    self.count(frame, handle);
                    frame.values[handle.index()] = Some(value);
                }
            }
            Statement::Block(block) => return self.block(frame, block),
            Statement::If {
                condition,
                accept,
                reject,
            } => {
                let known = self.value(frame, *condition).number();
                let accepted = known.map_or_else(|| goes_on(accept), |truth| truth != 0);
                return self.block(frame, if accepted { accept } else { reject });
            }
            Statement::Switch { selector, cases } => {
                let number = self.value(frame, *selector).number();
                let chosen = cases.iter().position(|case| match case.value {
                    naga::SwitchValue::I32(value) => Some(i64::from(value)) == number,
                    naga::SwitchValue::U32(value) => Some(i64::from(value)) == number,
                    naga::SwitchValue::Default => true,
                });
                for case in &cases[chosen.unwrap_or(0)..] {
                    match self.block(frame, &case.body) {
                        Way::Break => return Way::On,
                        Way::On if case.fall_through => {}
                        way => return way,
                    }
                }
            }
            Statement::Loop {
                body,
                continuing,
                break_if,
            } => return self.turn(frame, body, continuing, *break_if),
            Statement::Break => return Way::Break,
            Statement::Continue => return Way::Continue,
            Statement::Return { value } => {
                if let Some(value) = value {
                    frame.result = self.value(frame, *value);
                }
                return Way::Return;
            }
            Statement::ControlBarrier(_) => self.settle(),
            Statement::Store { pointer, value } => {
                let value = self.value(frame, *value);
                match self.value(frame, *pointer) {
                    Value::Place(Place::Local(depth, variable, way)) => {
                        if let Some(local) = self.locals[depth].get_mut(&variable) {
                            local.put(&way, value);
                        }
                    }
                    Value::Place(Place::Memory(variable, offset)) => {
                        let bytes = self.pointed(frame, *pointer);
                        self.touch(variable, offset, bytes);
                    }
                    _ => {}
                }
            }
            Statement::Call {
                function,
                arguments,
                result,
            } => {
                let arguments = arguments.iter();
                let arguments = arguments.map(|&argument| self.value(frame, argument));
                let arguments = arguments.collect();
                let value = self.call_known(*function, arguments);
                if let Some(result) = result {
                    frame.values[result.index()] = Some(value);
                }
            }
            // Subgroups' operations, atomics and the like: one operation each, of which nothing is known.
            _ => self.walk.count.operations += 1,
        }
        Way::On
    }

    fn turn(
        &mut self,
        frame: &mut Frame<'a>,
        body: &'a Block,
        continuing: &'a Block,
        break_if: Option<Handle<Expression>>,
    ) -> Way {
        loop {
            match self.block(frame, body) {
                Way::Break => return Way::On,
                Way::Return => return Way::Return,
                Way::On | Way::Continue => {}
            }
            self.block(frame, continuing);
            self.settle();
            let ends =
                break_if.is_some_and(|condition| self.value(frame, condition).number() != Some(0));
            if ends || self.left == 0 {
                return Way::On;
            }
        }
    }

    /// Of an expression that has been evaluated, or that is one which needs no evaluation.
    fn value(&mut self, frame: &mut Frame<'a>, handle: Handle<Expression>) -> Value {
        match &frame.values[handle.index()] {
            Some(value) => value.clone(),
            None => self.evaluate(frame, handle),
        }
    }

    fn evaluate(&mut self, frame: &mut Frame<'a>, handle: Handle<Expression>) -> Value {
        let module = self.module();
        let inner = frame.info[handle].ty.inner_with(&module.types);
        match &frame.function.expressions[handle] {
            Expression::Literal(literal) => Value::literal(*literal),
            Expression::Constant(constant) => {
                Value::constant(module, module.constants[*constant].init)
            }
            Expression::ZeroValue(ty) => Value::zero(module, *ty),
            Expression::FunctionArgument(place) => frame.arguments[*place as usize].clone(),
            Expression::GlobalVariable(variable) => Value::Place(Place::Memory(*variable, Some(0))),
            Expression::LocalVariable(variable) => {
                Value::Place(Place::Local(frame.depth, *variable, Vec::new()))
            }
            Expression::Compose { components, .. } => {
                let parts = components.iter().map(|&part| self.value(frame, part));
                Value::composed(parts.collect(), inner)
            }
            Expression::Splat { size, value } => {
                let value = self.value(frame, *value);
                Value::Parts(iter::repeat_n(value, *size as usize).collect())
            }
            Expression::Swizzle {
                size,
                vector,
                pattern,
            } => {
                let vector = self.value(frame, *vector);
                let parts = pattern[..*size as usize].iter();
                Value::Parts(parts.map(|&part| vector.part(Some(part as u32))).collect())
            }
            Expression::AccessIndex { base, index } => self.access(frame, *base, Some(*index)),
            Expression::Access { base, index } => {
                let index = self.value(frame, *index).number();
                self.access(
                    frame,
                    *base,
                    index.and_then(|index| u32::try_from(index).ok()),
                )
            }
            Expression::Load { pointer } => self.load(frame, *pointer, inner),
            Expression::Unary { op, expr } => Value::unary(*op, &self.value(frame, *expr), inner),
            Expression::Binary { op, left, right } => {
                let (left, right) = (self.value(frame, *left), self.value(frame, *right));
                Value::binary(*op, &left, &right, inner)
            }
            Expression::Select {
                condition,
                accept,
                reject,
            } => {
                let (accept, reject) = (self.value(frame, *accept), self.value(frame, *reject));
                Value::select(&self.value(frame, *condition), &accept, &reject)
            }
            Expression::Math {
                fun,
                arg,
                arg1,
                arg2,
                arg3,
            } => {
                let arguments = [Some(*arg), *arg1, *arg2, *arg3].into_iter().flatten();
                let arguments: Vec<_> = arguments.map(|part| self.value(frame, part)).collect();
                Value::math(*fun, &arguments.iter().collect::<Vec<_>>(), inner)
            }
            Expression::As { expr, kind, .. } => self.value(frame, *expr).converted(*kind),
            _ => Value::Unknown,
        }
    }

    fn access(
        &mut self,
        frame: &mut Frame<'a>,
        base: Handle<Expression>,
        index: Option<u32>,
    ) -> Value {
        match self.value(frame, base) {
            Value::Place(Place::Local(depth, variable, mut way)) => {
                way.push(index);
                Value::Place(Place::Local(depth, variable, way))
            }
            Value::Place(Place::Memory(variable, offset)) => {
                let module = self.module();
                let inner = frame.info[base].ty.inner_with(&module.types);
                let step = index.and_then(|index| step(module, inner, index));
                let offset = offset.zip(step).map(|(offset, step)| offset + step);
                Value::Place(Place::Memory(variable, offset))
            }
            value => value.part(index),
        }
    }

    fn load(
        &mut self,
        frame: &mut Frame<'a>,
        pointer: Handle<Expression>,
        inner: &TypeInner,
    ) -> Value {
        match self.value(frame, pointer) {
            Value::Place(Place::Local(depth, variable, way)) => {
                let local = self.locals[depth].get(&variable);
                local.map_or(Value::Unknown, |local| local.at(&way))
            }
            Value::Place(Place::Memory(variable, offset)) => {
                let global = &self.module().global_variables[variable];
                if global.space == AddressSpace::Uniform {
                    let binding = global.binding.map(|binding| binding.binding);
                    let mut uniforms = self.uniforms.iter();
                    let uniform = uniforms.find(|(place, _)| Some(*place) == binding);
                    let bytes = uniform.zip(offset).and_then(|((_, bytes), offset)| {
                        bytes.get(usize::try_from(offset).ok()?..)
                    });
                    return bytes.map_or(Value::Unknown, |bytes| {
                        Value::read(self.module(), inner, bytes)
                    });
                }
                let bytes = self.pointed(frame, pointer);
                self.pending |= matches!(global.space, AddressSpace::Storage { .. });
                self.touch(variable, offset, bytes);
                Value::Unknown
            }
            _ => Value::Unknown,
        }
    }

    /// Bytes of what a pointer points at.
    fn pointed(&self, frame: &Frame<'a>, pointer: Handle<Expression>) -> u64 {
        let module = self.module();
        let context = module.to_ctx();
        let bytes = match frame.info[pointer].ty.inner_with(&module.types) {
            TypeInner::Pointer { base, .. } => module.types[*base].inner.size(context),
            TypeInner::ValuePointer { size, scalar, .. } => {
                size.map_or(1, |size| size as u32) * u32::from(scalar.width)
            }
            other => other.size(context),
        };
        bytes.into()
    }

    /// A read or a write of so many bytes.
    fn touch(&mut self, variable: Handle<GlobalVariable>, offset: Option<u64>, bytes: u64) {
        self.walk.count.operations += bytes.div_ceil(16);
        let global = &self.module().global_variables[variable];
        let (AddressSpace::Storage { .. }, Some(binding)) = (global.space, global.binding) else {
            return;
        };
        let extent = offset.map(|offset| (offset, offset + bytes));
        let traffic = self.walk.traffic.entry(binding.binding);
        let traffic = traffic.or_insert(Traffic { bytes: 0, extent });
        traffic.bytes += bytes;
        traffic.extent = joined(traffic.extent, extent);
    }

    /// Counts the operations of an expression.
    fn count(&mut self, frame: &Frame<'a>, handle: Handle<Expression>) {
        let module = self.module();
        let operations = Operations::of(module, frame.function, frame.info, handle);
        self.walk.count.operations += operations.all;
        if operations.multiply {
            self.walk.count.multiply_adds += operations.all;
        }
    }
}

/// Whether a block does something and does not end with a leap.
fn goes_on(block: &Block) -> bool {
    let leaps = |statement: &Statement| {
        matches!(
            statement,
            Statement::Break | Statement::Continue | Statement::Return { .. } | Statement::Kill
        )
    };
    block.last().is_some_and(|last| !leaps(last))
}
