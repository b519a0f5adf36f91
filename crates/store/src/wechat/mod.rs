//! People of WeChat, what they sent and what they are told. Whatever says who they are or what they wrote is sealed here.

pub mod conversations;
pub mod media;
pub mod messages;
pub mod notices;
pub mod people;
pub mod retention;
pub mod sayings;
pub mod submissions;
pub mod tokens;
