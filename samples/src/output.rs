//! Writes the pictures and the list that the web page reads.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use serde::Serialize;

use crate::canvas::Canvas;
use crate::{charcoal, dots, glass, harbour, lake, portrait, poster, swirls, woodblock};

/// The page loads every sample, so each must stay small.
const MOST_BYTES: usize = 200_000;
const BEST_QUALITY: u8 = 88;
const LEAST_QUALITY: u8 = 60;

/// One picture: where it is written, by whose name the page calls it, and what draws it.
#[derive(Serialize)]
struct Sample {
    file: &'static str,
    #[serde(skip)]
    draw: fn() -> Canvas,
}

/// What `samples.json` says.
#[derive(Serialize)]
struct Samples {
    scenes: Vec<Sample>,
    styles: Vec<Sample>,
}

/// Draws every sample into the folder named on the command line.
pub fn run() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: draw-samples OUT_DIR");
        return ExitCode::FAILURE;
    };
    match write_all(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!(
                "could not write the samples into {}: {error}",
                folder.display()
            );
            ExitCode::FAILURE
        }
    }
}

fn samples() -> Samples {
    let sample = |file, draw| Sample { file, draw };
    Samples {
        scenes: vec![
            sample("harbour.jpg", harbour::draw),
            sample("portrait.jpg", portrait::draw),
            sample("lake.jpg", lake::draw),
        ],
        styles: vec![
            sample("glass.jpg", glass::draw),
            sample("swirls.jpg", swirls::draw),
            sample("woodblock.jpg", woodblock::draw),
            sample("dots.jpg", dots::draw),
            sample("charcoal.jpg", charcoal::draw),
            sample("poster.jpg", poster::draw),
        ],
    }
}

fn write_all(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let samples = samples();
    for sample in samples.scenes.iter().chain(&samples.styles) {
        let bytes = encode(&(sample.draw)().to_image())?;
        fs::write(folder.join(sample.file), bytes)?;
    }
    let list = serde_json::to_string_pretty(&samples)?;
    fs::write(folder.join("samples.json"), list + "\n")?;
    Ok(())
}

/// The picture as a JPEG, at the best quality that stays small enough.
fn encode(picture: &RgbImage) -> Result<Vec<u8>, image::ImageError> {
    let mut quality = BEST_QUALITY;
    loop {
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture)?;
        if bytes.len() <= MOST_BYTES || quality <= LEAST_QUALITY {
            return Ok(bytes);
        }
        quality -= 2;
    }
}
