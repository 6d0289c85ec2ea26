//! What a listing of AMD's machine code says: its loops, and what is in them.
//!
//! The listing is RADV's: a line `BB12:` begins a block, blocks lie in the order in which they are stored, and every other
//! line is an instruction. Where RADV's disassembler does not know the family it prints the same in the words of its
//! compiler, which are brought to the usual form. A jump back closes a loop. **How often a loop turns** is told by its counter, if it is one that
//! is compared with a number in the listing and grows by another; naga's own counters, which bound every loop, are none
//! such and count as what they cost.

use std::ops::{AddAssign, RangeInclusive};

/// Lines of a listing by what they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// All of them.
    pub instructions: u64,
    /// Multiply-adds of an invocation, in f32.
    pub multiply_adds: u64,
    /// Bytes that an invocation reads from workgroup memory and writes to it.
    pub workgroup_bytes: u64,
    /// Bytes that an invocation reads from buffers and writes to them.
    pub global_bytes: u64,
    /// Reads of a whole subgroup, such as of uniforms.
    pub scalar_loads: u64,
    /// The lesser of two whole numbers, which is how an index is kept in bounds.
    pub clamps: u64,
    /// Waits for memory, which hold a subgroup up unless what it waits for has come.
    pub waits: u64,
}

impl Tally {
    /// The part of the instructions that are multiply-adds.
    pub fn share(&self) -> f64 {
        self.multiply_adds as f64 / self.instructions as f64
    }

    /// Bytes of workgroup memory a multiply-add.
    pub fn workgroup_intensity(&self) -> f64 {
        self.workgroup_bytes as f64 / self.multiply_adds as f64
    }

    /// Bytes of buffers a multiply-add.
    pub fn global_intensity(&self) -> f64 {
        self.global_bytes as f64 / self.multiply_adds as f64
    }

    fn times(self, factor: u64) -> Self {
        Self {
            instructions: self.instructions * factor,
            multiply_adds: self.multiply_adds * factor,
            workgroup_bytes: self.workgroup_bytes * factor,
            global_bytes: self.global_bytes * factor,
            scalar_loads: self.scalar_loads * factor,
            clamps: self.clamps * factor,
            waits: self.waits * factor,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.instructions += other.instructions;
        self.multiply_adds += other.multiply_adds;
        self.workgroup_bytes += other.workgroup_bytes;
        self.global_bytes += other.global_bytes;
        self.scalar_loads += other.scalar_loads;
        self.clamps += other.clamps;
        self.waits += other.waits;
    }
}

/// What the listing says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Analysis {
    /// Of the whole listing, each line once.
    pub whole: Tally,
    /// One turn of the smallest loop around the block with the most multiply-adds, without the loops within it; none where
    /// no loop has any.
    pub inner: Option<Tally>,
    /// One turn of the smallest loop around that block that reads what is computed with from buffers, with what turns in
    /// that as often as it does. None where there is no such loop, or where it is not known how often something in it turns.
    pub round: Option<Tally>,
}

#[derive(Debug, Default)]
struct Block<'a> {
    name: &'a str,
    lines: Vec<String>,
}

impl Block<'_> {
    fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for line in &self.lines {
            tally += of_line(line);
        }
        tally
    }
}

/// A loop, from the block to which it jumps back to the one that jumps.
type Loop = RangeInclusive<usize>;

/// Reads a listing.
pub fn analyse(listing: &str) -> Analysis {
    let blocks = blocks(listing);
    let mut whole = Tally::default();
    for block in &blocks {
        whole += block.tally();
    }
    let loops = loops(&blocks);
    let multiply_adds = |place: &usize| blocks[*place].tally().multiply_adds;
    let in_a_loop = |place: &usize| loops.iter().any(|around| around.contains(place));
    let places = (0..blocks.len()).filter(in_a_loop);
    let hottest = places
        .max_by_key(multiply_adds)
        .filter(|place| multiply_adds(place) > 0);
    let mut around: Vec<_> = loops
        .iter()
        .filter(|around| hottest.is_some_and(|place| around.contains(&place)))
        .collect();
    around.sort_by_key(|around| around.end() - around.start());
    let reads = |found: &&&Loop| flat(&blocks, found).global_bytes > 0;
    Analysis {
        whole,
        inner: around.first().map(|inner| own(&blocks, &loops, inner)),
        round: around
            .iter()
            .find(reads)
            .and_then(|round| turn(&blocks, &loops, round)),
    }
}

fn blocks(listing: &str) -> Vec<Block<'_>> {
    let mut blocks = vec![Block::default()];
    for line in listing.lines() {
        let code = line.split(';').next().unwrap_or_default().trim();
        let name = code.strip_suffix(':').unwrap_or(code);
        if name.starts_with("BB") && !name.contains(char::is_whitespace) {
            blocks.push(Block {
                name,
                lines: Vec::new(),
            });
        } else if code.starts_with(|first: char| first.is_ascii_lowercase())
            && let Some(block) = blocks.last_mut()
        {
            block.lines.push(usual(code));
        }
    }
    blocks
}

/// An instruction in the usual form: `v1: %145:v[3] = v_add_u32 64, %114:v[3]` becomes `v_add_u32 v[3], 64, v[3]`, with
/// what it changes in front, but for the condition code, which goes without saying.
fn usual(code: &str) -> String {
    if !["%", " block:", " = "]
        .iter()
        .any(|sign| code.contains(sign))
    {
        return code.to_owned();
    }
    let (changed, instruction) = code.rsplit_once(" = ").unwrap_or(("", code));
    let (operation, given) = words(instruction);
    // After an operand may stand what it is.
    let given = given
        .iter()
        .filter_map(|word| word.split_whitespace().next());
    let named = |word: &str| word.rsplit(':').next().unwrap_or_default().to_owned();
    let changed = changed.split(',').map(named);
    let changed = changed.filter(|word| !word.is_empty() && word != "scc");
    let given = given.map(named);
    let all: Vec<_> = changed.chain(given).collect();
    format!("{operation} {}", all.join(", "))
}

/// Of two jumps back to one block the longer is the loop.
fn loops(blocks: &[Block<'_>]) -> Vec<Loop> {
    let mut loops: Vec<Loop> = Vec::new();
    for (place, block) in blocks.iter().enumerate() {
        for line in &block.lines {
            let (operation, rest) = words(line);
            if !operation.starts_with("s_branch") && !operation.starts_with("s_cbranch") {
                continue;
            }
            let target = rest.first().copied().unwrap_or_default();
            let target = blocks[..=place].iter().position(|to| to.name == target);
            let Some(target) = target else { continue };
            loops.retain(|known| *known.start() != target);
            loops.push(target..=place);
        }
    }
    loops
}

fn is_within(inner: &Loop, outer: &Loop) -> bool {
    inner != outer && outer.contains(inner.start()) && outer.contains(inner.end())
}

/// Each line once.
fn flat(blocks: &[Block<'_>], of: &Loop) -> Tally {
    let mut tally = Tally::default();
    for block in &blocks[of.clone()] {
        tally += block.tally();
    }
    tally
}

/// Each line once, but for those of the loops within.
fn own(blocks: &[Block<'_>], loops: &[Loop], of: &Loop) -> Tally {
    let mut tally = Tally::default();
    let within = |place: &usize| {
        let mut inner = loops.iter().filter(|inner| is_within(inner, of));
        inner.any(|inner| inner.contains(place))
    };
    for place in of.clone().filter(|place| !within(place)) {
        tally += blocks[place].tally();
    }
    tally
}

/// One turn, with the loops within as often as they turn.
fn turn(blocks: &[Block<'_>], loops: &[Loop], of: &Loop) -> Option<Tally> {
    let mut tally = Tally::default();
    let mut place = *of.start();
    while place <= *of.end() {
        let within = loops
            .iter()
            .filter(|inner| *inner.start() == place && is_within(inner, of))
            .max_by_key(|inner| *inner.end());
        match within {
            Some(inner) => {
                tally += turn(blocks, loops, inner)?.times(turns(&blocks[inner.clone()])?);
                place = inner.end() + 1;
            }
            None => {
                tally += blocks[place].tally();
                place += 1;
            }
        }
    }
    Some(tally)
}

/// How often a loop turns, of which one register is compared with a number, and grows by one from less than that.
fn turns(blocks: &[Block<'_>]) -> Option<u64> {
    let lines = || blocks.iter().flat_map(|block| &block.lines);
    let limits = lines().filter_map(|line| {
        let (operation, rest) = words(line);
        // A vector comparison has its number first.
        match (operation.split("_e").next()?, &rest[..]) {
            ("s_cmp_ge_u32", [register, limit]) => Some((*register, number(limit)?)),
            ("v_cmp_le_u32" | "v_cmpx_le_u32", [.., limit, register]) => {
                Some((*register, number(limit)?))
            }
            _ => None,
        }
    });
    let step = |register: &str| {
        lines().find_map(|line| {
            let (operation, rest) = words(line);
            match (operation.split("_e").next()?, &rest[..]) {
                ("s_add_u32" | "s_add_i32", [to, from, step])
                | ("v_add_nc_u32" | "v_add_u32", [to, step, from])
                    if *to == register && *from == register =>
                {
                    number(step)
                }
                _ => None,
            }
        })
    };
    let mut counted = limits.filter_map(|(register, limit)| {
        let step = step(register)?;
        Some(limit.div_ceil(step))
    });
    counted.next()
}

/// A number above zero as the listing has it; none for a register.
fn number(text: &str) -> Option<u64> {
    let value = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?,
        None => text.parse().ok()?,
    };
    (value > 0).then_some(value)
}

/// The operation, and what it is given.
fn words(line: &str) -> (&str, Vec<&str>) {
    let (operation, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    (operation, rest.split(',').map(str::trim).collect())
}

/// A line may hold a pair of operations, of which the second follows `::`.
fn of_line(line: &str) -> Tally {
    let mut tally = Tally {
        instructions: 1,
        ..Tally::default()
    };
    for operation in line.split("::") {
        let (operation, _) = words(operation.trim());
        tally.multiply_adds += multiply_adds(operation);
        if operation.starts_with("ds_") {
            tally.workgroup_bytes += bytes(operation);
        } else if ["buffer_", "global_", "flat_"]
            .iter()
            .any(|kind| operation.starts_with(kind))
        {
            tally.global_bytes += bytes(operation);
        } else if ["s_load", "s_buffer_load"]
            .iter()
            .any(|kind| operation.starts_with(kind))
        {
            tally.scalar_loads += 1;
        } else if ["v_min_u32", "s_min_u32"]
            .iter()
            .any(|kind| operation.starts_with(kind))
        {
            tally.clamps += 1;
        } else if operation.starts_with("s_wait") {
            tally.waits += 1;
        }
    }
    tally
}

fn multiply_adds(operation: &str) -> u64 {
    let parts: Vec<_> = operation.split('_').collect();
    let form = |name: &str| matches!(name, "fma" | "fmac" | "fmamk" | "fmaak" | "mac" | "mad");
    match parts[..] {
        ["v", "pk", name, "f32", ..] if form(name) => 2,
        ["v", name, "f32", ..] | ["v", "dual", name, "f32", ..] if form(name) => 1,
        _ => 0,
    }
}

/// Of an invocation, by the names of both generations: `ds_load_b128` is `ds_read_b128`, `buffer_load_b128` is
/// `buffer_load_dwordx4`.
fn bytes(operation: &str) -> u64 {
    let parts: Vec<_> = operation.split('_').collect();
    let verbs = ["load", "store", "read", "write"];
    if !parts
        .iter()
        .any(|part| verbs.iter().any(|verb| part.starts_with(verb)))
    {
        return 0;
    }
    let pair = parts.iter().any(|part| {
        part.starts_with("2addr") || part.starts_with("read2") || part.starts_with("write2")
    });
    let size = parts.iter().find_map(|part| match *part {
        "dword" => Some(4),
        "ubyte" | "sbyte" | "byte" => Some(1),
        "ushort" | "sshort" | "short" => Some(2),
        part => {
            if let Some(words) = part.strip_prefix("dwordx") {
                return words.parse::<u64>().ok().map(|words| 4 * words);
            }
            let bits = part.strip_prefix(['b', 'u', 'i'])?.parse::<u64>().ok()?;
            Some(bits / 8)
        }
    });
    size.unwrap_or(0) * if pair { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kernel that stages 256 words by 64 invocations, adds products up in four turns, and does so again and again.
    const STAGED: &str = "\
BB0:
\tv_mov_b32_e32 v1, 0                  ; 7e020280
\ts_mov_b32 s1, 0                      ; be810080
BB1:
\ts_cmp_ge_u32 s2, s3                  ; bf090302
\ts_cbranch_scc1 BB6                   ; bfa20020
BB2:
\tv_cmp_le_u32_e32 vcc, 0x100, v3      ; 7c9606ff 00000100
\ts_cbranch_vccnz BB4                  ; bfa40005
BB3:
\tbuffer_load_b128 v[4:7], v9, s[4:7], 0 offen ; e05c0000
\ts_waitcnt vmcnt(0)                   ; bf8903f7
\tds_store_b128 v8, v[4:7]             ; db7c0000
\tv_add_nc_u32_e32 v3, 64, v3          ; 4a0606c0
\ts_branch BB2                         ; bfa0fff0
BB4:
\tds_load_b128 v[10:13], v14           ; dbfc0000
\tds_load_2addr_b32 v[15:16], v14 offset1:1 ; d8dc0100
\tv_fmac_f32_e32 v20, v10, v15         ; 56281f0a
\tv_dual_fmac_f32 v21, v11, v15 :: v_dual_mul_f32 v22, v12, v16 ; c8061f0b
\tv_fma_f32 v23, v12, v15, v16         ; d6130017
\tv_min_u32_e32 v24, 63, v15           ; 26301ebf
\ts_add_u32 s1, s1, 1                  ; 80018101
\ts_cmp_ge_u32 s1, 4                   ; bf098401
\ts_cbranch_scc0 BB4                   ; bfa1fff0
BB5:
\ts_nop 0                              ; bf800000
\t(then repeated 7 times)
\ts_branch BB1                         ; bfa0ffe0
BB6:
\tbuffer_store_dwordx2 v[20:21], v9, s[4:7], 0 offen ; e0740000
\ts_endpgm                             ; bfb00000
";

    #[test]
    fn a_loop_and_the_round_that_feeds_it_are_found() {
        let found = analyse(STAGED);
        let inner = Tally {
            instructions: 9,
            multiply_adds: 3,
            workgroup_bytes: 24,
            clamps: 1,
            ..Tally::default()
        };
        assert_eq!(found.inner, Some(inner));
        // 2 to see whether it is over, 4 turns of 7 to stage, 4 turns of 9 to add up, 2 to go on.
        let round = Tally {
            instructions: 2 + 4 * 7 + 4 * 9 + 2,
            multiply_adds: 12,
            workgroup_bytes: 4 * 16 + 4 * 24,
            global_bytes: 4 * 16,
            scalar_loads: 0,
            clamps: 4,
            waits: 4,
        };
        assert_eq!(found.round, Some(round));
        assert_eq!(found.whole.instructions, 24);
        assert_eq!(found.whole.global_bytes, 16 + 8);
        assert!((inner.share() - 3.0 / 9.0).abs() < 1e-12);
        assert!((inner.workgroup_intensity() - 8.0).abs() < 1e-12);
    }

    /// The same kernel in the words of RADV's compiler.
    const COMPILERS: &str = "\
Shader disassembly is not supported in the current configuration, falling back to print_program.

BB0
/* logical preds: / linear preds: / kind: uniform, top-level, loop-preheader, */
\t v1: %5:v[1] = v_mov_b32 0
\t s1: %6:s[1] = s_mov_b32 0
BB1
\t s1: %7:scc = s_cmp_ge_u32 %8:s[2], %9:s[3]
\ts_cbranch_scc1 block:BB6
BB2
\t s2: %10:vcc = v_cmp_le_u32 0x100, %11:v[3]
\ts_cbranch_vccnz block:BB4
BB3
\t v4: %12:v[4-7] = buffer_load_dwordx4 %13:s[4-7], %14:v[9], 0 offen storage:buffer semantics:private,reorder
\ts_waitcnt vmcnt(0)
\tds_write_b128 %15:v[8], %12:v[4-7] storage:shared
\t v1: %16:v[3] = v_add_u32 64, %11:v[3]
\ts_branch block:BB2
BB4
\t v4: %17:v[10-13] = ds_read_b128 %18:v[14] storage:shared
\t v2: %19:v[15-16] = ds_read2_b32 %18:v[14] offset1:1 storage:shared
\t v1: %20:v[20] = v_fmac_f32 %17:v[10], %19:v[15], %21:v[20]
\t v1: %22:v[21] = v_fmac_f32 %17:v[11], %19:v[15], %23:v[21]
\t v1: %24:v[23] = v_fma_f32 %17:v[12], %19:v[15], %19:v[16]
\t v1: %25:v[24] = v_min_u32 63, %19:v[15]
\t s1: %26:s[1],  s1: %27:scc = s_add_u32 %26:s[1], 1
\t s1: %28:scc = s_cmp_ge_u32 %26:s[1], 4
\ts_cbranch_scc0 block:BB4
BB5
\ts_nop imm:0
\ts_branch block:BB1
BB6
\tbuffer_store_dwordx2 %29:s[4-7], %14:v[9], 0, %20:v[20-21] offen storage:buffer
\ts_endpgm
";

    #[test]
    fn both_forms_of_a_listing_say_the_same() {
        assert_eq!(analyse(COMPILERS), analyse(STAGED));
        let add = usual("s1: %26:s[1],  s1: %27:scc = s_add_u32 %26:s[1], 1");
        assert_eq!(add, "s_add_u32 s[1], s[1], 1");
    }

    /// As a round that stages by a counter that nobody knows.
    #[test]
    fn a_round_of_unknown_turns_is_not_guessed() {
        let found = analyse(&STAGED.replace("0x100", "v99"));
        assert!(found.inner.is_some() && found.round.is_none());
    }

    /// As the same where the products are added up without a loop of their own.
    #[test]
    fn a_loop_is_counted_without_those_within_it() {
        let unrolled = STAGED.replace("s_cbranch_scc0 BB4 ", "s_nop 0 ");
        let found = analyse(&unrolled);
        let (Some(inner), Some(round)) = (found.inner, found.round) else {
            panic!("{found:?}");
        };
        assert_eq!((inner.instructions, inner.multiply_adds), (2 + 9 + 2, 3));
        assert_eq!((inner.global_bytes, round.global_bytes), (0, 4 * 16));
        assert_eq!(round.instructions, inner.instructions + 4 * 7);
    }

    #[test]
    fn a_listing_without_loops_has_none() {
        let straight = "BB0:\n\tv_fmac_f32_e32 v1, v2, v3 ; 00\n\ts_endpgm ; 00\n";
        let found = analyse(straight);
        assert_eq!((found.inner, found.round), (None, None));
        assert_eq!(found.whole.multiply_adds, 1);
    }

    #[test]
    fn both_generations_names_have_their_bytes() {
        for (operation, expected) in [
            ("ds_load_b128", 16),
            ("ds_read_b128", 16),
            ("ds_read2_b32", 8),
            ("ds_read2st64_b64", 16),
            ("ds_store_2addr_b64", 16),
            ("buffer_load_dwordx4", 16),
            ("buffer_load_dword", 4),
            ("buffer_load_u16", 2),
            ("global_store_b96", 12),
            ("buffer_gl0_inv", 0),
        ] {
            assert_eq!(bytes(operation), expected, "{operation}");
        }
    }

    #[test]
    fn products_of_integers_are_no_multiply_adds() {
        for (operation, expected) in [
            ("v_fmac_f32_e32", 1),
            ("v_fma_f32", 1),
            ("v_fmaak_f32", 1),
            ("v_pk_fma_f32", 2),
            ("v_dual_fmac_f32", 1),
            ("v_mad_u32_u24", 0),
            ("v_mul_f32_e32", 0),
        ] {
            assert_eq!(multiply_adds(operation), expected, "{operation}");
        }
    }
}
