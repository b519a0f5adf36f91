//! Who files a record, and from where it is seen.

use std::collections::BTreeSet;

use super::{RecordKind, SubjectKind};
use crate::staff::Grant;

/// Lengths of the codes of a city, a district and a town, which begin the codes of whatever lies in them.
const ABOVE: [usize; 3] = [4, 6, 9];

/// The areas whose people see a record about something that lies in `areas`: those areas, and the city, district and town
/// around them. What is about a person is not for those who work beside them: only their center, district and city see it.
pub fn seen_from(about: SubjectKind, areas: &[String]) -> BTreeSet<String> {
    let own = areas.iter().map(String::as_str).filter(|_| about != SubjectKind::Person);
    around(areas).chain(own).map(str::to_owned).collect()
}

/// Codes of the cities, districts and towns that `areas` lie in.
fn around(areas: &[String]) -> impl Iterator<Item = &str> {
    let coded = areas.iter().filter(|area| area.bytes().all(|byte| byte.is_ascii_digit()));
    coded.flat_map(|area| ABOVE.iter().filter_map(move |length| area.get(..*length)))
}

/// The grant by which somebody files this kind about something that lies in `areas`; `None` where they may not. A unit is
/// also the business of whoever it works for: a town files about the squad of the whole district.
pub fn files_as<'g>(
    kind: &RecordKind,
    grants: &'g [Grant],
    about: SubjectKind,
    areas: &[String],
) -> Option<&'g Grant> {
    let lies_in = |grant: &Grant| areas.contains(&grant.area) || around(areas).any(|area| area == grant.area);
    let works_for =
        |grant: &Grant| about == SubjectKind::Unit && areas.iter().any(|area| grant.area.starts_with(area));
    let files = |grant: &&Grant| kind.filed_by.iter().any(|filer| filer.is(grant));
    grants.iter().filter(files).find(|grant| lies_in(grant) || works_for(grant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Filer;
    use crate::staff::{Level, Role};

    fn seen(about: SubjectKind, area: &str) -> Vec<String> {
        seen_from(about, &[area.to_owned()]).into_iter().collect()
    }

    fn kind() -> RecordKind {
        let dispatcher =
            Filer { role: Some(Role::CenterDispatcher), level: Some(Level::Town), post: None, unit: None };
        RecordKind { filed_by: vec![dispatcher], ..crate::record::kind::tests::plain() }
    }

    #[test]
    fn what_lies_in_a_town_is_seen_by_its_center_district_and_city() {
        assert_eq!(
            seen(SubjectKind::Segment, "410103001007"),
            ["4101", "410103", "410103001", "410103001007"]
        );
        assert_eq!(seen(SubjectKind::District, "410103"), ["4101", "410103"]);
        assert_eq!(seen(SubjectKind::City, "210200"), ["2102", "210200"]);
        assert_eq!(seen(SubjectKind::Unit, "bounded-city"), ["bounded-city"]);
    }

    #[test]
    fn what_is_about_a_person_is_not_seen_by_those_who_work_beside_them() {
        assert_eq!(seen(SubjectKind::Person, "410103001007"), ["4101", "410103", "410103001"]);
    }

    #[test]
    fn a_filer_files_about_what_lies_in_their_own_area() {
        let of = |area: &str| [Grant::new(Role::CenterDispatcher, Level::Town, area)];
        let town = |grants: &[Grant], about, area: &str| {
            files_as(&kind(), grants, about, &[area.to_owned()]).is_some()
        };
        assert!(town(&of("410103001"), SubjectKind::Segment, "410103001007"));
        assert!(!town(&of("410103002"), SubjectKind::Segment, "410103001007"));
        assert!(!town(&of("410103001"), SubjectKind::District, "410103"), "not about the whole district");
        assert!(town(&of("410103001"), SubjectKind::Unit, "410103"), "a unit that works for the town");
        assert!(!town(&of("410103001"), SubjectKind::Unit, "410104"));
        let inspector = [Grant::new(Role::Inspector, Level::Town, "410103001")];
        assert!(!town(&inspector, SubjectKind::Segment, "410103001007"), "another role");
    }
}
