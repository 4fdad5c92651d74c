//! Which addresses a visit may go to: from a public one, never to those of a private network unless that is asked for, be it
//! by a redirection or by what a name resolves to (server-side request forgery:
//! <https://owasp.org/Top10/2021/A10_2021-Server-Side_Request_Forgery_%28SSRF%29/>).

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Where a visit may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Anywhere.
    Anywhere,
    /// To public addresses alone.
    Public,
}

impl Reach {
    /// That of a visit which starts at an address: who starts in a private network may stay there.
    pub(crate) fn from(url: &Url) -> Self {
        let host = bare(url.host_str().unwrap_or_default());
        let found: Vec<IpAddr> = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => (host, 0).to_socket_addrs().map(|all| all.map(|one| one.ip()).collect()).unwrap_or_default(),
        };
        if !found.is_empty() && !found.iter().any(|address| is_public(*address)) {
            Self::Anywhere
        } else {
            Self::Public
        }
    }

    /// Whether it goes to a host, as far as the host itself tells; what a name stands for is asked when connecting.
    pub(crate) fn includes(self, url: &Url) -> bool {
        let host = bare(url.host_str().unwrap_or_default());
        let own =
            |name: &str| name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
        self == Self::Anywhere || host.parse().map_or_else(|_| !own(host.trim_end_matches('.')), is_public)
    }

    /// The addresses of a host that it goes to.
    pub(crate) fn addresses(self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        let all = (bare(host), port).to_socket_addrs()?;
        let kept: Vec<SocketAddr> = all.filter(|address| self == Self::Anywhere || is_public(address.ip())).collect();
        if kept.is_empty() {
            return Err(std::io::Error::other("it has no address outside of private networks"));
        }
        Ok(kept)
    }
}

/// A host without the brackets of an IPv6 address.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Whether an address is of the internet, by the registries of IANA
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry/>,
/// <https://www.iana.org/assignments/iana-ipv6-special-registry/>).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // An IPv4 address written as one of IPv6: mapped, compatible, translated (RFC 6052), or of 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            v4(high, low)
        }
        // Local translation, the special blocks of 2001::/23, documentation.
        [0x64, 0xff9b, 1, ..] | [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Only 2000::/3 is given out; what is local to a machine, link, site or organisation stands elsewhere.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// Resolves names within a reach.
pub(crate) struct Resolver {
    reach: Reach,
    /// The hosts of the proxies that the environment names, which may be of a private network.
    proxies: Vec<String>,
}

impl Resolver {
    pub(crate) fn new(reach: Reach) -> Self {
        let names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
        let host = |proxy: String| {
            let url =
                Url::parse(&proxy).ok().filter(Url::has_host).or_else(|| Url::parse(&format!("http://{proxy}")).ok());
            url.and_then(|url| url.host_str().map(str::to_owned))
        };
        Self { reach, proxies: names.iter().filter_map(|name| std::env::var(name).ok()).filter_map(host).collect() }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let reach = if self.proxies.contains(&name) { Reach::Anywhere } else { self.reach };
        let asked = Asked::default();
        let answer = asked.clone();
        // The system's resolver blocks.
        std::thread::spawn(move || answer.give(reach.addresses(&name, 0)));
        Box::pin(async move {
            let addresses = asked.await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

type Answer = std::io::Result<Vec<SocketAddr>>;

/// An answer that another thread gives.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<(Option<Answer>, Option<Waker>)>>);

impl Asked {
    fn give(&self, answer: Answer) {
        if let Ok(mut state) = self.0.lock() {
            state.0 = Some(answer);
            if let Some(waker) = state.1.take() {
                waker.wake();
            }
        }
    }
}

impl Future for Asked {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let Ok(mut state) = self.0.lock() else {
            return Poll::Ready(Err(std::io::Error::other("the name could not be asked for")));
        };
        match state.0.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                state.1 = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_in_every_writing() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::1",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(private.parse().expect("an address")), "{private}");
        }
        for public in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2a01:e0a::1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
    }

    #[test]
    fn a_visit_stays_where_it_starts() {
        let url = |text: &str| Url::parse(text).expect("an address");
        assert_eq!(Reach::from(&url("http://127.0.0.1:8000/")), Reach::Anywhere);
        assert_eq!(Reach::from(&url("http://[::1]/")), Reach::Anywhere);
        assert_eq!(Reach::from(&url("http://8.8.8.8/")), Reach::Public);
        for private in [
            "http://2130706433/",
            "http://0x7f.1/",
            "http://127.1:9150/latest/meta-data/",
            "http://[::ffff:a00:1]/",
            "http://localhost/",
            "http://a.LOCALHOST./",
            "http://169.254.169.254/",
        ] {
            assert!(!Reach::Public.includes(&url(private)) && Reach::Anywhere.includes(&url(private)), "{private}");
        }
        assert!(Reach::Public.includes(&url("https://example.org/")));
        assert!(
            Reach::Public.addresses("localhost", 80).is_err() && Reach::Anywhere.addresses("localhost", 80).is_ok()
        );
    }
}
