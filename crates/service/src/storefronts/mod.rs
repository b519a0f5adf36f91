//! Shop owners: the register of shops, and the accounts of residents that own them. What a shop's owner sees of the shop
//! asks [`bindings::owns`](jiekou_store::storefronts::bindings::owns) each time, so that a former owner sees nothing any
//! more.

mod bind;
mod bind_own;
mod hand_over_code;
mod import;

pub use bind::{Bound, bind_by_code, bind_by_phone, end_binding, shops_of, unbind};
pub use bind_own::{Proof, bind_own};
pub use hand_over_code::{HandedCode, hand_over_code};
pub use import::{ImportStorefrontsError, ImportedShops, import_storefronts};
