//! `POLYGON` and `MULTIPOLYGON` in well-known text, as spreadsheets and databases write areas.

use super::MultiPolygon;
use super::polygon::Ring;

/// Reads a polygon.
///
/// # Errors
/// With words, when it is none.
pub fn parse(text: &str) -> Result<MultiPolygon, String> {
    let text = text.trim();
    let (name, body) = text.split_at(text.find('(').ok_or("it has no `(`")?);
    match name.trim().to_uppercase().as_str() {
        "POLYGON" => Ok(MultiPolygon(vec![rings(body)?])),
        "MULTIPOLYGON" => {
            parts(inside(body)?)?.into_iter().map(rings).collect::<Result<_, _>>().map(MultiPolygon)
        }
        other => Err(format!("`{other}` is no POLYGON or MULTIPOLYGON")),
    }
}

fn rings(text: &str) -> Result<Vec<Ring>, String> {
    parts(inside(text)?)?.into_iter().map(|ring| ring_of(inside(ring)?)).collect()
}

fn ring_of(text: &str) -> Result<Ring, String> {
    text.split(',')
        .map(|pair| {
            let mut numbers = pair.split_whitespace().map(str::parse::<f64>);
            match (numbers.next(), numbers.next()) {
                (Some(Ok(x)), Some(Ok(y))) => Ok([x, y]),
                _ => Err(format!("`{}` is no pair of numbers", pair.trim())),
            }
        })
        .collect()
}

/// What stands between the outermost parentheses.
fn inside(text: &str) -> Result<&str, String> {
    let text = text.trim();
    text.strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
        .ok_or_else(|| "parentheses do not match".to_owned())
}

/// The parts that commas separate outside all parentheses.
fn parts(text: &str) -> Result<Vec<&str>, String> {
    let (mut depth, mut begin, mut found) = (0_i32, 0, Vec::new());
    for (position, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text.get(begin..position).unwrap_or_default());
                begin = position + 1;
            }
            _ => {}
        }
    }
    if depth != 0 {
        return Err("parentheses do not match".to_owned());
    }
    found.push(text.get(begin..).unwrap_or_default());
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polygons_with_holes_and_several_polygons_are_read() {
        let one = parse(
            "POLYGON ((113 34, 114 34, 114 35, 113 34), (113.2 34.1,113.3 34.1,113.3 34.2,113.2 34.1))",
        );
        assert_eq!(one.unwrap().0[0].len(), 2);
        let two =
            parse("multipolygon(((113 34,114 34,114 35,113 34)),((115 34,116 34,116 35,115 34)))").unwrap();
        assert_eq!((two.0.len(), two.0[1][0][0]), (2, [115.0, 34.0]));
        for wrong in ["", "POINT (1 2)", "POLYGON ((1 2, x 3))", "POLYGON ((1 2, 3 4)", "POLYGON (1 2, 3 4)"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
