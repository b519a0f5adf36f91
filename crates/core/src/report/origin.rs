//! Where a report comes from: who found the problem, or who wants it looked at.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::text::parse_text;
use super::{FieldCode, FieldError};
use crate::staff::{Grant, Role};

/// The origin (来源) of a report. What citizens say has no other than [`Origin::Public`]; staff say where what they file
/// comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// 群众举报: a citizen found it, whoever typed it in.
    #[default]
    Public,
    /// 巡查发现: somebody whose work it is found it.
    Patrol,
    /// 上级指派
    SuperiorAssigned,
    /// 领导交办
    LeaderAssigned,
    /// 媒体曝光
    Media(Exposure),
    /// 物联网设备: a sensor measured it.
    Device,
}

/// What a medium published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exposure {
    /// Name of the medium, such as 郑州晚报.
    pub name: String,
    pub published_on: NaiveDate,
    /// Where it can be read; what was broadcast has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Who files a report, as their credential proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filer {
    /// Anybody.
    #[default]
    Public,
    /// 坐席: files what somebody has told them.
    Desk,
    /// Everybody else of the staff: files what they have seen, unless they say otherwise.
    Staff,
    /// A platform: hands on what its users say.
    Platform,
    /// The platform that runs a sensor: hands on what was measured.
    Device,
}

/// The origin as it was sent.
#[derive(Debug, Clone, Default)]
pub struct RawOrigin {
    pub name: Option<String>,
    pub exposure: Option<RawExposure>,
}

#[derive(Debug, Clone, Default)]
pub struct RawExposure {
    pub name: Option<String>,
    pub published_on: Option<NaiveDate>,
    pub url: Option<String>,
}

/// A publication older than ten years is a mistyped year.
const LONGEST_AGO: Days = Days::new(3_653);

impl Origin {
    /// The names sent and stored, in the order of the variants.
    pub const NAMES: [&str; 6] =
        ["public", "patrol", "superiorAssigned", "leaderAssigned", "media", "device"];

    /// The name stored and sent.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Patrol => "patrol",
            Self::SuperiorAssigned => "superiorAssigned",
            Self::LeaderAssigned => "leaderAssigned",
            Self::Media(_) => "media",
            Self::Device => "device",
        }
    }

    /// What was published, of a media exposure.
    pub fn exposure(&self) -> Option<&Exposure> {
        match self {
            Self::Media(exposure) => Some(exposure),
            Self::Public | Self::Patrol | Self::SuperiorAssigned | Self::LeaderAssigned | Self::Device => {
                None
            }
        }
    }

    /// The origin that was sent, or what follows from who files. Faults are noted; what is returned beside them says nothing.
    pub(super) fn parse(
        raw: RawOrigin,
        filer: Filer,
        today: NaiveDate,
        faults: &mut Vec<FieldError>,
    ) -> Self {
        let plain = match (raw.name.as_deref(), filer) {
            (None, Filer::Public | Filer::Platform | Filer::Desk) | (Some("public"), _) => Self::Public,
            (None, Filer::Device) => Self::Device,
            (Some("device"), _) => {
                let detail = "来源 device 只由设备接口注明";
                faults.push(FieldError::new("/origin", FieldCode::NotAllowed, detail));
                Self::Public
            }
            (Some(name), Filer::Public | Filer::Platform | Filer::Device) if Self::NAMES.contains(&name) => {
                let detail = "来源只由工作人员注明";
                faults.push(FieldError::new("/origin", FieldCode::NotAllowed, detail));
                Self::Public
            }
            (None | Some("patrol"), _) => Self::Patrol,
            (Some("superiorAssigned"), _) => Self::SuperiorAssigned,
            (Some("leaderAssigned"), _) => Self::LeaderAssigned,
            (Some("media"), _) => {
                let Some(exposure) = raw.exposure else {
                    let detail = "请填曝光的媒体：名称、刊播日期、链接";
                    faults.push(FieldError::new("/media", FieldCode::Missing, detail));
                    return Self::Public;
                };
                return Exposure::parse(exposure, today, faults).map_or(Self::Public, Self::Media);
            }
            (Some(_), _) => {
                let detail = format!("来源请填 {}", Self::NAMES.join("、"));
                faults.push(FieldError::new("/origin", FieldCode::Unknown, detail));
                Self::Public
            }
        };
        if raw.exposure.is_some() {
            let detail = "只有来源为 media 的报料才填媒体";
            faults.push(FieldError::new("/media", FieldCode::NotAllowed, detail));
        }
        plain
    }
}

impl Exposure {
    fn parse(raw: RawExposure, today: NaiveDate, faults: &mut Vec<FieldError>) -> Option<Self> {
        let before = faults.len();
        let mut text = |pointer: &str, text: &str, limit| {
            parse_text(pointer, text, limit).map_err(|fault| faults.push(fault)).ok()
        };
        let name = raw.name.as_deref().map(|name| text("/media/name", name, 50));
        let url = raw.url.as_deref().and_then(|url| text("/media/url", url, 500));
        if name.is_none() {
            faults.push(FieldError::new("/media/name", FieldCode::Missing, "请填媒体名称"));
        }
        let web = |url: &String| {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            rest.is_some_and(|rest| !rest.is_empty()) && url.chars().all(|c| !c.is_whitespace())
        };
        if url.as_ref().is_some_and(|url| !web(url)) {
            let detail = "链接应以 http:// 或 https:// 开头";
            faults.push(FieldError::new("/media/url", FieldCode::Malformed, detail));
        }
        let day = "/media/publishedOn";
        match raw.published_on {
            None => faults.push(FieldError::new(day, FieldCode::Missing, "请填刊播日期")),
            Some(on) if on > today => {
                faults.push(FieldError::new(day, FieldCode::InFuture, "刊播日期不能在将来"));
            }
            Some(on) if today.checked_sub_days(LONGEST_AGO).is_some_and(|earliest| on < earliest) => {
                let detail = "刊播日期太久以前，请核对年份";
                faults.push(FieldError::new(day, FieldCode::OutOfRange, detail));
            }
            Some(_) => {}
        }
        if faults.len() > before {
            return None;
        }
        Some(Self { name: name??, published_on: raw.published_on?, url })
    }
}

impl Filer {
    /// Who somebody with these grants is to a report.
    pub fn of_staff(grants: &[Grant]) -> Self {
        let desk = !grants.is_empty() && grants.iter().all(|grant| grant.role == Role::DeskOperator);
        if desk { Self::Desk } else { Self::Staff }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::Level;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()
    }

    fn parsed(name: Option<&str>, exposure: Option<RawExposure>, filer: Filer) -> (Origin, Vec<FieldError>) {
        let mut faults = Vec::new();
        let raw = RawOrigin { name: name.map(str::to_owned), exposure };
        (Origin::parse(raw, filer, today(), &mut faults), faults)
    }

    fn wrong(faults: &[FieldError]) -> Vec<(&str, FieldCode)> {
        faults.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect()
    }

    fn paper() -> RawExposure {
        RawExposure {
            name: Some("郑州晚报".to_owned()),
            published_on: Some(today()),
            url: Some("https://paper.example/1".to_owned()),
        }
    }

    #[test]
    fn what_nobody_says_follows_from_who_files() {
        assert_eq!(parsed(None, None, Filer::Public), (Origin::Public, vec![]));
        assert_eq!(parsed(None, None, Filer::Desk), (Origin::Public, vec![]));
        assert_eq!(parsed(None, None, Filer::Staff), (Origin::Patrol, vec![]));
        assert_eq!(parsed(Some("public"), None, Filer::Staff), (Origin::Public, vec![]));
        assert_eq!(parsed(Some("leaderAssigned"), None, Filer::Desk), (Origin::LeaderAssigned, vec![]));
        let grant = |role| Grant::new(role, Level::District, "410103");
        assert_eq!(Filer::of_staff(&[grant(Role::DeskOperator)]), Filer::Desk);
        assert_eq!(Filer::of_staff(&[grant(Role::DeskOperator), grant(Role::Inspector)]), Filer::Staff);
        assert_eq!(Filer::of_staff(&[]), Filer::Staff);
    }

    #[test]
    fn citizens_are_never_a_medium() {
        for name in ["media", "patrol", "superiorAssigned", "leaderAssigned", "device"] {
            let (origin, faults) = parsed(Some(name), None, Filer::Public);
            assert_eq!((origin, wrong(&faults)), (Origin::Public, vec![("/origin", FieldCode::NotAllowed)]));
        }
        let (_, faults) = parsed(Some("media"), Some(paper()), Filer::Public);
        assert_eq!(wrong(&faults), [("/origin", FieldCode::NotAllowed), ("/media", FieldCode::NotAllowed)]);
    }

    #[test]
    fn only_the_door_of_devices_says_that_a_device_measured_it() {
        assert_eq!(parsed(None, None, Filer::Platform), (Origin::Public, vec![]));
        for filer in [Filer::Platform, Filer::Staff, Filer::Desk] {
            let (origin, faults) = parsed(Some("device"), None, filer);
            assert_eq!((origin, wrong(&faults)), (Origin::Public, vec![("/origin", FieldCode::NotAllowed)]));
        }
    }

    #[test]
    fn an_exposure_names_its_medium_and_day() {
        let (origin, faults) = parsed(Some("media"), Some(paper()), Filer::Staff);
        assert_eq!(wrong(&faults), []);
        assert_eq!(origin.exposure().map(|it| it.name.as_str()), Some("郑州晚报"));
        let (_, faults) = parsed(Some("media"), None, Filer::Staff);
        assert_eq!(wrong(&faults), [("/media", FieldCode::Missing)]);
        let (_, faults) = parsed(Some("media"), Some(RawExposure::default()), Filer::Desk);
        assert_eq!(
            wrong(&faults),
            [("/media/name", FieldCode::Missing), ("/media/publishedOn", FieldCode::Missing)]
        );
        let bad = RawExposure {
            name: Some(" ".to_owned()),
            published_on: today().succ_opt(),
            url: Some("javascript:alert(1)".to_owned()),
        };
        let (_, faults) = parsed(Some("media"), Some(bad), Filer::Staff);
        assert_eq!(
            wrong(&faults),
            [
                ("/media/name", FieldCode::Empty),
                ("/media/url", FieldCode::Malformed),
                ("/media/publishedOn", FieldCode::InFuture)
            ]
        );
        let old = RawExposure { published_on: NaiveDate::from_ymd_opt(2016, 1, 1), ..paper() };
        let (_, faults) = parsed(Some("media"), Some(old), Filer::Staff);
        assert_eq!(wrong(&faults), [("/media/publishedOn", FieldCode::OutOfRange)]);
        let (_, faults) = parsed(Some("patrol"), Some(paper()), Filer::Staff);
        assert_eq!(wrong(&faults), [("/media", FieldCode::NotAllowed)]);
        let (_, faults) = parsed(Some("newspaper"), None, Filer::Staff);
        assert_eq!(wrong(&faults), [("/origin", FieldCode::Unknown)]);
    }

    #[test]
    fn each_origin_has_the_name_it_is_known_by() {
        let media = parsed(Some("media"), Some(paper()), Filer::Staff).0;
        let device = parsed(None, None, Filer::Device).0;
        let all =
            [Origin::Public, Origin::Patrol, Origin::SuperiorAssigned, Origin::LeaderAssigned, media, device];
        assert_eq!(all.map(|origin| origin.name()), Origin::NAMES);
    }
}
