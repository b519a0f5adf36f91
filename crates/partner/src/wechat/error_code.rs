//! WeChat's error codes and what follows from them (全局返回码).

use std::fmt;

/// An `errcode` other than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub i64);

/// What to do about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Busy, or too fast: the same call later.
    Later,
    /// The token is good no more: a new one, and the same call once more.
    NewToken,
    /// The daily quota is spent: not before midnight.
    Tomorrow,
    /// This user cannot be reached this way: another way.
    OtherWay,
    /// The user refuses, or has used up what they allowed.
    NotAllowed,
    /// The media is gone: ask again.
    MediaLost,
    /// The account or its configuration is wrong: an operator must look.
    Operator,
    /// It never will succeed.
    Never,
}

impl ErrorCode {
    #[must_use]
    pub fn remedy(self) -> Remedy {
        match self.0 {
            -1 | 45_011 | 44_990 => Remedy::Later,
            40_001 | 40_014 | 42_001 => Remedy::NewToken,
            45_009 => Remedy::Tomorrow,
            43_004 | 45_015 | 45_047 => Remedy::OtherWay,
            43_101 => Remedy::NotAllowed,
            40_007 => Remedy::MediaLost,
            40_164 | 48_001 | 40_013 | 40_125 | 40_243 | 41_002 | 41_004 | 50_002 => Remedy::Operator,
            _ => Remedy::Never,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "errcode {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_documented_code_has_its_remedy() {
        for (code, remedy) in [
            (-1, Remedy::Later),
            (40_001, Remedy::NewToken),
            (40_014, Remedy::NewToken),
            (42_001, Remedy::NewToken),
            (40_003, Remedy::Never),
            (40_037, Remedy::Never),
            (40_007, Remedy::MediaLost),
            (40_029, Remedy::Never),
            (40_164, Remedy::Operator),
            (43_004, Remedy::OtherWay),
            (43_101, Remedy::NotAllowed),
            (45_009, Remedy::Tomorrow),
            (45_011, Remedy::Later),
            (45_015, Remedy::OtherWay),
            (45_047, Remedy::OtherWay),
            (47_003, Remedy::Never),
            (48_001, Remedy::Operator),
        ] {
            assert_eq!(ErrorCode(code).remedy(), remedy, "{code}");
        }
    }
}
