//! Connections of one network are bounded: whoever opens very many and says nothing on them keeps no place from others.

use std::any::Any;
use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream as Accepted;
use jiekou_boot::proxies::Proxies;
use jiekou_core::limit::AddressGroup;

/// The connections that are open, by network.
#[derive(Debug, Clone)]
pub struct Connections {
    open: Arc<Mutex<HashMap<AddressGroup, usize>>>,
    most: usize,
    proxies: Proxies,
}

/// An open connection; counted until it is dropped.
#[derive(Debug)]
struct Open {
    connections: Connections,
    group: AddressGroup,
}

impl Connections {
    /// At most `most` of each network, and as many as they like of our proxies, which bound their own.
    pub fn new(most: usize, proxies: Proxies) -> Self {
        Self { open: Arc::default(), most, proxies }
    }

    /// Counts a connection, and closes it when it is one too many.
    pub fn opened(&self, connection: &dyn Any, data: &mut Extensions) {
        let Some(stream) = connection.downcast_ref::<Accepted>() else { return };
        let Ok(peer) = stream.peer_addr() else { return };
        if self.proxies.are_trusted(peer.ip()) {
            return;
        }
        let group = AddressGroup::of(peer.ip());
        if self.count(group) > self.most {
            close(stream);
        }
        data.insert(Open { connections: self.clone(), group });
    }

    fn count(&self, group: AddressGroup) -> usize {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(group).or_default();
        *count += 1;
        *count
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.group) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.group);
            }
        }
    }
}

/// The server owns the stream and reads its end at once; a handle of its own is enough to end it.
fn close(stream: &Accepted) {
    if let Ok(handle) = stream.as_fd().try_clone_to_owned() {
        // One that has ended already needs no end.
        let _ = TcpStream::from(handle).shutdown(Shutdown::Both);
    }
}
