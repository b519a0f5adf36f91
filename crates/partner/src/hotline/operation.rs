//! The operations that come in.

/// What a platform asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Inbound {
    PushOrder,
    /// 补充
    AppendOrder,
    /// 催办
    Urge,
    /// 督办
    Supervise,
    /// 撤单
    Revoke,
    /// 回访结果
    CallbackResult,
}

impl Inbound {
    pub const ALL: [Self; 6] =
        [Self::PushOrder, Self::AppendOrder, Self::Urge, Self::Supervise, Self::Revoke, Self::CallbackResult];

    /// The name in the address, signed and stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PushOrder => "pushOrder",
            Self::AppendOrder => "appendOrder",
            Self::Urge => "urge",
            Self::Supervise => "supervise",
            Self::Revoke => "revoke",
            Self::CallbackResult => "callbackResult",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}
