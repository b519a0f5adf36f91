//! Calls to addresses that others name. Whoever names one must not get this server to call machines beside it: only https,
//! only public addresses, decided on what the name resolves to and connected to just that, and no redirect is followed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Method, Url};

use crate::http::{HttpError, Timeouts};

/// Guards calls to addresses that others name.
#[derive(Debug, Clone)]
pub struct Outward {
    private_networks: bool,
    timeouts: Timeouts,
}

/// What the other side answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub content_type: Option<String>,
    /// Seconds, of `Retry-After`.
    pub retry_after: Option<i64>,
    pub body: Bytes,
}

#[derive(Debug, thiserror::Error)]
pub enum OutwardError {
    /// The address is none that may be called; it never will be.
    #[error("{0}")]
    Refused(&'static str),
    /// The name does not resolve now.
    #[error("the name does not resolve")]
    Unresolved,
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl Outward {
    /// With `private_networks` anything may be called, over http too.
    pub fn new(private_networks: bool) -> Self {
        Self { private_networks, timeouts: Timeouts::default() }
    }

    /// Whether an address has a form that may be called at all; nothing is resolved.
    ///
    /// # Errors
    /// [`OutwardError::Refused`] with what is wrong.
    pub fn check(&self, address: &str) -> Result<Url, OutwardError> {
        let url = Url::parse(address).map_err(|_other| OutwardError::Refused("the address is none"))?;
        let secure = url.scheme() == "https" || (self.private_networks && url.scheme() == "http");
        if !secure {
            return Err(OutwardError::Refused("only https addresses are called"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutwardError::Refused("the address holds a name or password"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(OutwardError::Refused("the address names no host"));
        }
        Ok(url)
    }

    /// Reads what lies at `address`, at most `limit` bytes.
    ///
    /// # Errors
    /// See [`OutwardError`]; a status of refusal is an answer.
    pub async fn get(&self, address: &str, limit: usize) -> Result<Answer, OutwardError> {
        self.call(Method::GET, address, &[], Bytes::new(), limit).await
    }

    /// Sends `body` to `address`, and reads at most `limit` bytes of the answer.
    ///
    /// # Errors
    /// See [`OutwardError`]; a status of refusal is an answer.
    pub async fn post(
        &self,
        address: &str,
        headers: &[(&str, String)],
        body: Bytes,
        limit: usize,
    ) -> Result<Answer, OutwardError> {
        self.call(Method::POST, address, headers, body, limit).await
    }

    async fn call(
        &self,
        method: Method,
        address: &str,
        headers: &[(&str, String)],
        body: Bytes,
        limit: usize,
    ) -> Result<Answer, OutwardError> {
        let url = self.check(address)?;
        let addresses = self.resolve(&url).await?;
        let client = self.client(&url, &addresses)?;
        let mut request = client.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if !body.is_empty() {
            request = request.body(body);
        }
        let mut response = request.send().await.map_err(|error| {
            if error.is_connect() || error.is_builder() { HttpError::NotSent } else { HttpError::Unknown }
        })?;
        let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        let (content_type, retry_after) = (header("content-type"), header("retry-after"));
        let status = response.status().as_u16();
        let mut read = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|_lost| HttpError::Unknown)? {
            if read.len() + chunk.len() > limit {
                return Err(HttpError::TooLong(limit).into());
            }
            read.extend_from_slice(&chunk);
        }
        let retry_after = retry_after.and_then(|text| text.trim().parse().ok());
        Ok(Answer { status, content_type, retry_after, body: read.freeze() })
    }

    /// The addresses behind the name, all of which must be public: one of several would be enough to get in.
    async fn resolve(&self, url: &Url) -> Result<Vec<SocketAddr>, OutwardError> {
        let asked = url.clone();
        let resolving = tokio::task::spawn_blocking(move || asked.socket_addrs(|| None));
        let resolved = tokio::time::timeout(self.timeouts.whole, resolving).await;
        let addresses = resolved
            .map_err(|_elapsed| OutwardError::Unresolved)?
            .map_err(|_stopped| OutwardError::Unresolved)?
            .map_err(|_unknown| OutwardError::Unresolved)?;
        if addresses.is_empty() {
            return Err(OutwardError::Unresolved);
        }
        if !self.private_networks && !addresses.iter().all(|address| is_public(address.ip())) {
            return Err(OutwardError::Refused("the address lies in no public network"));
        }
        Ok(addresses)
    }

    /// A client that connects to just these addresses, whatever the name resolves to by then, and through no proxy.
    fn client(&self, url: &Url, addresses: &[SocketAddr]) -> Result<Client, OutwardError> {
        let builder = Client::builder()
            .connect_timeout(self.timeouts.connect)
            .timeout(self.timeouts.whole)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let builder = match url.host_str() {
            Some(host) => builder.resolve_to_addrs(host, addresses),
            None => builder,
        };
        builder.build().map_err(|error| OutwardError::Http(HttpError::Client(error.to_string())))
    }
}

/// Whether an address is one that anybody on the internet has (IANA's special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || first == 0
        || first >= 240
        || (first == 100 && (64..128).contains(&second))
        || (first == 198 && (18..20).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 192 && second == 88 && third == 99);
    !special
}

/// Of IPv6 only global unicast, without what carries an IPv4 address in it that may be any.
fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inside) = address.to_ipv4_mapped() {
        return is_public_v4(inside);
    }
    let [first, second, ..] = address.segments();
    let global = (first & 0xe000) == 0x2000;
    let special =
        (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) || first == 0x2002 || first == 0x3fff;
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_anybody_has_are_public() {
        for (address, public) in [
            ("1.1.1.1", true),
            ("223.5.5.5", true),
            ("127.0.0.1", false),
            ("127.255.0.9", false),
            ("0.0.0.0", false),
            ("10.0.0.8", false),
            ("172.16.0.1", false),
            ("172.32.0.1", true),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.100.100.200", false),
            ("100.128.0.1", true),
            ("198.18.0.1", false),
            ("192.0.0.8", false),
            ("192.0.2.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2400:3200::1", true),
            ("::1", false),
            ("::", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:1.1.1.1", true),
            ("64:ff9b::a00:1", false),
            ("2002:7f00:1::", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("fd00::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn only_plain_https_addresses_are_called() {
        let outward = Outward::new(false);
        for bad in [
            "http://example.org/a.jpg",
            "ftp://example.org/a",
            "file:///etc/passwd",
            "https://",
            "https://user@example.org/",
            "https://user:secret@example.org/",
            "no address",
            "",
        ] {
            assert!(matches!(outward.check(bad), Err(OutwardError::Refused(_))), "{bad}");
        }
        assert!(outward.check("https://example.org:8443/a.jpg?b=c").is_ok());
        assert!(Outward::new(true).check("http://127.0.0.1:8000/a.jpg").is_ok());
        assert!(matches!(Outward::new(true).check("file:///etc/passwd"), Err(OutwardError::Refused(_))));
    }

    #[tokio::test]
    async fn what_resolves_to_a_machine_beside_this_one_is_not_called() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]", "0"] {
            let answered = Outward::new(false).get(&format!("https://{host}:{port}/"), 10).await;
            let refused = matches!(answered, Err(OutwardError::Refused(_) | OutwardError::Unresolved));
            assert!(refused, "{host}: {answered:?}");
        }
        assert!(listener.accept().is_err(), "nobody connected");
    }
}
