/// PCG's output function on one step of its generator, of 32 bits (Jarzynski and Olano 2020).
fn hash(value: u64) -> u64 {
    const WORD: u64 = 1 << 32;
    let state = (value % WORD * 747_796_405 + 2_891_336_453) % WORD;
    let shifted = state >> (state >> 28) >> 4;
    let word = (shifted ^ state) * 277_803_737 % WORD;
    (word >> 22) ^ word
}

/// The positions of a side of that length that a cell has, of so many along it.
pub fn cell_range(length: u32, cells: u32, cell: u32) -> std::ops::Range<u32> {
    let start = |cell: u32| (u64::from(cell) * u64::from(length) / u64::from(cells)) as u32;
    start(cell)..start(cell + 1)
}

/// Column and row of the place that is drawn in each cell of a map, row by row, at a step of a layer.
pub fn draw_places(
    (width, height): (u32, u32),
    (across, down): (u32, u32),
    [step, seed, layer]: [u32; 3],
) -> Vec<(u32, u32)> {
    let within = |range: std::ops::Range<u32>, random: u64| {
        let part = random as f64 / 65536.0;
        range.start + (part * f64::from(range.end - range.start)) as u32
    };
    let stream = hash(u64::from(layer) + hash(u64::from(step) + u64::from(seed)));
    let place = |cell: u32| {
        let random = hash(u64::from(cell) + stream);
        (
            within(cell_range(width, across, cell % across), random % 65536),
            within(cell_range(height, down, cell / across), random / 65536),
        )
    };
    (0..across * down).map(place).collect()
}

/// The position of a side of the styles' grid, of that length, in which a map's position lies that is finer by two to the
/// power of `level`; what poolings dropped belongs to the last one.
pub fn label_place(position: u32, level: i32, length: u32) -> u32 {
    let place = f64::from(position) / 2.0_f64.powi(level);
    (place.floor() as u32).min(length - 1)
}
