//! The colours of which all others of a picture are mixed.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorProfile, MatrixCoefficients,
    TransferCharacteristics, Xyzd,
};

/// sRGB with other primaries.
pub(super) fn with_primaries(primaries: CicpColorPrimaries) -> ColorProfile {
    let mut profile = ColorProfile::new_srgb();
    if primaries == CicpColorPrimaries::Xyz {
        // Two of them have no brightness, of which chromaticities are in units.
        let primary = |x, y, z| Xyzd { x, y, z };
        let [x, y, z] = [
            primary(1.0, 0.0, 0.0),
            primary(0.0, 1.0, 0.0),
            primary(0.0, 0.0, 1.0),
        ];
        let third = 1.0 / 3.0;
        profile.update_rgb_colorimetry_triplet(Chromaticity::new(third, third).to_xyyb(), x, y, z);
        return profile;
    }
    profile.update_rgb_colorimetry_from_cicp(CicpProfile {
        color_primaries: primaries,
        transfer_characteristics: TransferCharacteristics::Srgb,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    profile
}
