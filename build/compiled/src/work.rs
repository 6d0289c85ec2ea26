//! The work of a step's commands: [`crate::walk`] goes through a few invocations of each, and they stand for the others.

use std::collections::HashMap;

use crate::counts::{Traffic, Walk, joined};
use crate::kernels::{Command, Gathered};
use crate::walk::{Position, Text, WalkError};

/// What a command has to do.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Work {
    /// Workgroups.
    pub workgroups: u64,
    /// Invocations of a workgroup.
    pub invocations: u64,
    /// Multiply-adds of an invocation.
    pub multiply_adds: u64,
    /// Operations of an invocation, its multiply-adds among them.
    pub operations: u64,
    /// How often an invocation waits for buffers.
    pub waits: u64,
    /// Bytes of the buffers that are read or written, each once, however often it is: what caches cannot spare.
    pub bytes: u64,
}

/// The work of all commands that were gathered, step by step.
///
/// # Errors
/// [`WalkError`].
pub fn works(gathered: &Gathered) -> Result<Vec<Vec<Work>>, WalkError> {
    let mut texts = HashMap::new();
    for kernel in &gathered.kernels {
        texts.insert(kernel.name.as_str(), Text::read(kernel)?);
    }
    // Steps have many commands in common.
    let mut known = HashMap::<&Command, Work>::new();
    let mut works = Vec::new();
    for step in &gathered.steps {
        let mut of_step = Vec::new();
        for command in &step.commands {
            let work = match known.get(command) {
                Some(work) => *work,
                None => {
                    let work = work(&texts[command.kernel.as_str()], command)?;
                    known.insert(command, work);
                    work
                }
            };
            of_step.push(work);
        }
        works.push(of_step);
    }
    Ok(works)
}

/// Of a workgroup in the middle are the counts; the first and the last one show how far the buffers are read.
fn work(text: &Text, command: &Command) -> Result<Work, WalkError> {
    let size: u32 = text.workgroup_size().iter().product();
    let walk = |workgroup, invocation| {
        text.walk(Position {
            uniforms: &command.uniforms,
            workgroups: command.workgroups,
            workgroup,
            invocation,
        })
    };
    let first = [0; 3];
    let middle = command.workgroups.map(|count| count.saturating_sub(1) / 2);
    let last = command.workgroups.map(|count| count.saturating_sub(1));
    let counted = [
        walk(middle, 0)?,
        walk(middle, size / 2)?,
        walk(middle, size - 1)?,
    ];
    let ends = [walk(first, 0)?, walk(last, 0)?, walk(last, size - 1)?];
    let workgroups = command.workgroups.iter().map(|&count| u64::from(count));
    let workgroups = workgroups.product();
    let most = |of: fn(&Walk) -> u64| counted.iter().map(of).max().unwrap_or(0);
    Ok(Work {
        workgroups,
        invocations: size.into(),
        // Lanes that are done wait for the others of their subgroup.
        multiply_adds: most(|walk| walk.count.multiply_adds),
        operations: most(|walk| walk.count.operations),
        waits: most(|walk| walk.count.waits),
        bytes: bytes(&counted, &ends, workgroups * u64::from(size)),
    })
}

/// Bytes that are read or written at least once: of each buffer as many as the invocations ask for, but no more than lie
/// between the first and the last one.
fn bytes(counted: &[Walk], ends: &[Walk], invocations: u64) -> u64 {
    let mut asked = HashMap::<u32, u64>::new();
    let mut extents = HashMap::new();
    let all = |walks: &[Walk]| -> Vec<(u32, Traffic)> {
        let traffic = walks.iter().flat_map(|walk| &walk.traffic);
        traffic
            .map(|(&binding, &traffic)| (binding, traffic))
            .collect()
    };
    for (binding, traffic) in all(counted) {
        *asked.entry(binding).or_default() += traffic.bytes;
    }
    for (binding, traffic) in all(counted).into_iter().chain(all(ends)) {
        let extent = extents.entry(binding).or_insert(traffic.extent);
        *extent = joined(*extent, traffic.extent);
    }
    let bytes = asked.into_iter().map(|(binding, asked)| {
        let asked = asked * invocations / counted.len() as u64;
        let extent = extents.get(&binding).copied().flatten();
        extent.map_or(asked, |(from, to)| asked.min(to - from))
    });
    bytes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Assembled;

    /// Adds up `shape.rows` rows of a matrix, each of as many columns as there are invocations, and doubles the sums.
    const SUM: &str = "
        override DOUBLE: f32 = 1.0;
        struct Shape { rows: u32, columns: u32 }
        @group(0) @binding(0) var<uniform> shape: Shape;
        @group(0) @binding(1) var<storage, read> matrix: array<vec4f>;
        @group(0) @binding(2) var<storage, read_write> sums: array<vec4f>;
        fn add(sum: vec4f, value: vec4f) -> vec4f { return fma(value, vec4f(DOUBLE), sum); }
        @compute @workgroup_size(64)
        fn sum_up(@builtin(global_invocation_id) id: vec3u) {
          if id.x >= shape.columns { return; }
          var sum = vec4f();
          for (var row = 0u; row < shape.rows; row++) {
            sum = add(sum, matrix[row * shape.columns + id.x]);
          }
          if sum.x > 1.0 { sum = sum * 0.5; }
          sums[id.x] = sum;
        }";

    fn kernel(source: &str, entry: &'static str) -> Assembled {
        Assembled {
            name: entry.to_owned(),
            constants: Vec::new(),
            entry,
            source: source.to_owned(),
        }
    }

    fn uniform(numbers: &[u32]) -> Vec<(u32, Vec<u8>)> {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
        vec![(0, bytes.collect())]
    }

    #[test]
    fn a_loop_turns_as_often_as_the_uniform_says() {
        let text = Text::read(&kernel(SUM, "sum_up")).unwrap();
        let command = Command {
            kernel: "sum_up".into(),
            workgroups: [3, 1, 1],
            uniforms: uniform(&[10, 192]),
        };
        let work = work(&text, &command).unwrap();
        assert_eq!((work.workgroups, work.invocations), (3, 64));
        // Four of each row, and four more at the end.
        assert_eq!(work.multiply_adds, 44);
        // A turn each; the last write is waited for by nobody.
        assert_eq!(work.waits, 10);
        assert_eq!(work.bytes, (10 + 1) * 192 * 16);
    }

    #[test]
    fn what_all_invocations_read_counts_once() {
        let source = "
            @group(0) @binding(1) var<storage, read> table: array<vec4f, 8>;
            @group(0) @binding(2) var<storage, read_write> sums: array<f32>;
            var<workgroup> tile: array<vec4f, 8>;
            @compute @workgroup_size(8, 8)
            fn look(@builtin(local_invocation_index) at: u32, @builtin(workgroup_id) workgroup: vec3u) {
              for (var t = at; t < 8u; t += 64u) { tile[t] = table[t]; }
              workgroupBarrier();
              sums[workgroup.x * 64u + at] = dot(tile[at % 8u], vec4f(1.0));
            }";
        let text = Text::read(&kernel(source, "look")).unwrap();
        let command = Command {
            kernel: "look".into(),
            workgroups: [100, 1, 1],
            uniforms: Vec::new(),
        };
        let work = work(&text, &command).unwrap();
        assert_eq!(work.multiply_adds, 4);
        assert_eq!(work.waits, 1);
        // The middle invocation and the last one read nothing of the table: the first one's 16 bytes are what is seen.
        assert_eq!(work.bytes, 16 + 100 * 64 * 4);
    }

    #[test]
    fn a_loop_that_only_a_gpu_could_end_does_not_hold_the_model_up() {
        let source = "
            @group(0) @binding(1) var<storage, read_write> sums: array<f32>;
            @compute @workgroup_size(1)
            fn halve() {
              while sums[0] > 1.0 { sums[0] *= 0.5; }
              if sums[1] > 2.0 { return; }
              sums[1] = 3.0;
            }";
        let text = Text::read(&kernel(source, "halve")).unwrap();
        let command = Command {
            kernel: "halve".into(),
            workgroups: [1, 1, 1],
            uniforms: Vec::new(),
        };
        let work = work(&text, &command).unwrap();
        assert_eq!(work.bytes, 8);
    }
}
