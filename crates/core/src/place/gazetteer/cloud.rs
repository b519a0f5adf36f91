//! Middle and spread of points that belong together.

use crate::place::Wgs84;

/// The point in the middle: the median of each coordinate, which one point gone astray does not move. `None` without
/// points.
pub(super) fn middle(points: &[Wgs84]) -> Option<Wgs84> {
    let longitude = quantile(points.iter().map(|point| point.longitude()).collect(), 0.5)?;
    let latitude = quantile(points.iter().map(|point| point.latitude()).collect(), 0.5)?;
    Wgs84::new(longitude, latitude).ok()
}

/// The distance from `center` within which `share` of the points lie, in metres.
pub(super) fn spread(points: &[Wgs84], center: Wgs84, share: f64) -> f64 {
    quantile(points.iter().map(|point| point.distance_meters(center)).collect(), share).unwrap_or(0.0)
}

/// The value that `share` of the values do not exceed.
pub fn quantile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let position = number(last) * share;
    (0..=last).find(|at| number(*at) >= position).and_then(|at| values.get(at).copied())
}

/// A count as a number that can be multiplied.
pub(super) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
