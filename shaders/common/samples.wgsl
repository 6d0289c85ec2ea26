// Shared by the kernels that compare samples of feature maps.

// No sample, or no style.
const NONE: u32 = 0xffffffffu;
// Of a length that is a direction and no rounding: features go to some tens.
const LEAST_LENGTH: f32 = 1e-6;
