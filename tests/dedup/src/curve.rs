//! The curve of recall against flagged requests, as CSV and as a picture.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use crate::measure::Figures;

/// One threshold, or one rule of another system.
pub struct Point {
    pub name: String,
    pub threshold: Option<f64>,
    pub figures: Figures,
}

/// Writes `curve.csv` and `curve.svg` into `folder`.
///
/// # Errors
/// When they cannot be written.
pub fn write(folder: &Path, points: &[Point]) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let mut table = csv::Writer::from_path(folder.join("curve.csv"))?;
    table.write_record(["rule", "threshold", "recall", "parentRecall", "flagged", "offered", "labelled"])?;
    for Point { name, threshold, figures } in points {
        let digits = |value: f64| format!("{value:.4}");
        table.write_record([
            name.clone(),
            threshold.map(digits).unwrap_or_default(),
            digits(figures.recall),
            digits(figures.parent_recall),
            digits(figures.flagged),
            figures.offered.to_string(),
            digits(figures.labelled),
        ])?;
    }
    table.flush()?;
    std::fs::write(folder.join("curve.svg"), picture(points))?;
    Ok(())
}

/// 560 by 400: flagged from 0 to 0.5 to the right, recall from 0 to 1 upwards.
fn picture(points: &[Point]) -> String {
    let x = |flagged: f64| 60.0 + flagged.min(0.5) / 0.5 * 480.0;
    let y = |recall: f64| 350.0 - recall * 320.0;
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 560 400\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"560\" height=\"400\" fill=\"#fff\"/>\n",
    );
    // Writing into a String cannot fail.
    for tenth in 0..=5 {
        let (flagged, recall) = (f64::from(tenth) / 10.0, f64::from(tenth) / 5.0);
        let _ = writeln!(
            svg,
            "<path d=\"M60 {ry:.0}H540M{fx:.0} 30V350\" stroke=\"#ddd\"/>\
             <text x=\"52\" y=\"{ty:.0}\" text-anchor=\"end\">{recall:.1}</text>\
             <text x=\"{fx:.0}\" y=\"368\" text-anchor=\"middle\">{flagged:.1}</text>",
            ry = y(recall),
            fx = x(flagged),
            ty = y(recall) + 4.0,
        );
    }
    let swept: Vec<String> = points
        .iter()
        .filter(|point| point.threshold.is_some())
        .map(|point| format!("{:.1},{:.1}", x(point.figures.flagged), y(point.figures.recall)))
        .collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#0a6\" stroke-width=\"2\"/>",
        swept.join(" ")
    );
    for point in points.iter().filter(|point| point.threshold.is_none()) {
        let (px, py) = (x(point.figures.flagged), y(point.figures.recall));
        let _ = writeln!(
            svg,
            "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"5\" fill=\"#c33\"/>\
             <text x=\"{px:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            py + 20.0,
            point.name
        );
    }
    svg.push_str(
        "<text x=\"300\" y=\"390\" text-anchor=\"middle\">share of unlabelled requests to whom anything is offered</text>\n\
         <text transform=\"translate(16 190) rotate(-90)\" text-anchor=\"middle\">labelled duplicates found</text>\n</svg>\n",
    );
    svg
}
