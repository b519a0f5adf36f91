//! Photos to measure with: broad shapes, texture and sensor noise, so that they are as large as a phone's.

use std::path::PathBuf;

use clap::Args;
use jpeg_encoder::{ColorType, Encoder};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

const WIDTH: u16 = 4000;
const HEIGHT: u16 = 3000;
/// Cells across the picture of each layer, and how far it moves a channel.
const LAYERS: [(usize, f32); 5] = [(6, 70.0), (24, 35.0), (96, 20.0), (384, 12.0), (1200, 7.0)];

#[derive(Args)]
pub struct Options {
    /// Folder they are written to.
    #[arg(long)]
    folder: PathBuf,
    #[arg(long, default_value_t = 40)]
    count: u64,
}

pub fn run(options: &Options) {
    std::fs::create_dir_all(&options.folder).unwrap();
    for number in 0..options.count {
        let path = options.folder.join(format!("photo{number:03}.jpg"));
        if !path.exists() {
            let encoder = Encoder::new_file(&path, 88).unwrap();
            encoder.encode(&pixels(number), WIDTH, HEIGHT, ColorType::Rgb).unwrap();
        }
    }
}

fn pixels(seed: u64) -> Vec<u8> {
    let mut random = StdRng::seed_from_u64(seed);
    let (width, height) = (usize::from(WIDTH), usize::from(HEIGHT));
    let mut plane = vec![128.0_f32; width * height];
    for (cells, strength) in LAYERS {
        let grid: Vec<f32> = (0..(cells + 2) * (cells + 2)).map(|_| random.random_range(-1.0..1.0)).collect();
        for y in 0..height {
            let (row, down) = cell(y, height, cells);
            let row = &grid[row * (cells + 2)..(row + 2) * (cells + 2)];
            for x in 0..width {
                let (column, right) = cell(x, width, cells);
                let mix = |line: &[f32]| line[column] * (1.0 - right) + line[column + 1] * right;
                let value = mix(&row[..cells + 2]) * (1.0 - down) + mix(&row[cells + 2..]) * down;
                plane[y * width + x] += strength * value;
            }
        }
    }
    let tint = [random.random_range(-20..20), random.random_range(-20..20), random.random_range(-20..20)];
    let channels = plane.into_iter().flat_map(|value| {
        let noise: i32 = random.random_range(-9..=9);
        tint.map(|tint| (value as i32 + tint + noise).clamp(0, 255) as u8)
    });
    channels.collect()
}

/// The cell that a pixel lies in, and how far.
fn cell(position: usize, side: usize, cells: usize) -> (usize, f32) {
    let place = position as f32 * cells as f32 / side as f32;
    (place as usize, place.fract())
}
