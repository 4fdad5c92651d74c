//! The cookies that a site sets, kept between the steps of one visit as a browser keeps them (RFC 6265bis).

use reqwest::Url;

/// A cookie that was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    value: String,
    /// The host that it belongs to.
    pub domain: String,
    host_only: bool,
    path: String,
    /// Whether it is sent over TLS alone.
    pub secure: bool,
    /// Whether scripts cannot read it.
    pub http_only: bool,
    /// Whether it goes along with requests from other sites: `strict`, `lax` or `none`.
    pub same_site: Option<String>,
    /// When it ends, in seconds since 1970; a cookie without an end lasts as long as the browser.
    pub expires: Option<i64>,
}

/// The cookies of one visit.
#[derive(Debug, Default)]
pub(super) struct Jar {
    pub(super) cookies: Vec<Cookie>,
}

impl Jar {
    /// Keeps a cookie that an answer sets, if it may.
    pub(super) fn set(&mut self, header: &str, url: &Url, now: i64) {
        let Some(cookie) = Cookie::parse(header, url, now) else { return };
        let same = |own: &Cookie| own.name == cookie.name && own.domain == cookie.domain && own.path == cookie.path;
        self.cookies.retain(|own| !same(own));
        self.cookies.push(cookie);
    }

    /// What goes along with a request, once those that have ended are dropped.
    pub(super) fn sent_to(&mut self, url: &Url, now: i64) -> Option<String> {
        self.cookies.retain(|cookie| cookie.expires.is_none_or(|end| end > now));
        let host = url.host_str().unwrap_or_default();
        let goes = |cookie: &&Cookie| {
            let own = if cookie.host_only { cookie.domain == host } else { belongs(host, &cookie.domain) };
            own && (!cookie.secure || url.scheme() == "https") && covers(&cookie.path, url.path())
        };
        let sent: Vec<String> =
            self.cookies.iter().filter(goes).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!sent.is_empty()).then(|| sent.join("; "))
    }
}

impl Cookie {
    /// A `Set-Cookie` header; `None` when browsers refuse it.
    pub(super) fn parse(header: &str, url: &Url, now: i64) -> Option<Self> {
        let mut parts = header.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let host = url.host_str()?.to_lowercase();
        if name.is_empty() {
            return None;
        }
        let folder = url.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut cookie = Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: host.clone(),
            host_only: true,
            path: if folder.is_empty() { "/" } else { folder }.to_owned(),
            secure: false,
            http_only: false,
            same_site: None,
            expires: None,
        };
        let (mut lasts, mut named_path) = (None, false);
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "secure" => cookie.secure = true,
                "httponly" => cookie.http_only = true,
                "samesite" => {
                    let value = value.to_lowercase();
                    cookie.same_site = matches!(value.as_str(), "strict" | "lax" | "none").then_some(value);
                }
                "domain" => {
                    let domain = value.trim_start_matches('.').to_lowercase();
                    if !domain.is_empty() {
                        (cookie.domain, cookie.host_only) = (domain, false);
                    }
                }
                "path" => {
                    named_path = value.starts_with('/');
                    if named_path {
                        value.clone_into(&mut cookie.path);
                    }
                }
                "max-age" => lasts = value.parse::<i64>().ok().or(lasts),
                "expires" => cookie.expires = date(value).or(cookie.expires),
                _ => {}
            }
        }
        if let Some(seconds) = lasts {
            cookie.expires = Some(now.saturating_add(seconds));
        }
        // A public suffix would share the cookie with strangers.
        let public = cookie.domain != host && psl::domain_str(&cookie.domain).is_none();
        let kept = match name {
            _ if name.starts_with("__Secure-") => cookie.secure,
            _ if name.starts_with("__Host-") => cookie.secure && cookie.host_only && cookie.path == "/" && named_path,
            _ => true,
        };
        (kept && !public && belongs(&host, &cookie.domain)).then_some(cookie)
    }
}

/// Whether a host is a domain or is below it.
fn belongs(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|above| above.ends_with('.'))
}

fn covers(folder: &str, path: &str) -> bool {
    path == folder || path.strip_prefix(folder).is_some_and(|rest| folder.ends_with('/') || rest.starts_with('/'))
}

/// A date as cookies have it, with spaces or dashes, in seconds since 1970.
fn date(text: &str) -> Option<i64> {
    let text = text.replace('-', " ").replace("GMT", "+0000");
    jiff::fmt::rfc2822::parse(&text).ok().map(|date| date.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(header: &str) -> Option<Cookie> {
        Cookie::parse(header, &Url::parse("https://a.example.fr/x/y").expect("an address"), 1000)
    }

    #[test]
    fn attributes_are_read_in_any_case() {
        let cookie = parsed("sid=1; SECURE; httponly; SameSite=Lax; Max-Age=60").expect("a cookie");
        assert!(cookie.secure && cookie.http_only);
        assert_eq!((cookie.same_site.as_deref(), cookie.expires, &*cookie.path), (Some("lax"), Some(1060), "/x"));
        assert_eq!(parsed("a=1; Expires=Thu, 01-Jan-1970 00:00:10 GMT").and_then(|cookie| cookie.expires), Some(10));
    }

    #[test]
    fn what_browsers_refuse_is_no_cookie() {
        for refused in ["novalue", "=x", "a=1; Domain=other.fr", "a=1; Domain=fr", "__Host-a=1; Secure", "__Secure-a=1"]
        {
            assert_eq!(parsed(refused), None, "{refused}");
        }
        assert!(parsed("a=1; Domain=.example.fr").is_some() && parsed("__Host-a=1; Secure; Path=/").is_some());
    }

    #[test]
    fn a_cookie_that_has_ended_is_dropped_before_the_next_request() {
        let url = Url::parse("https://a.example.fr/").expect("an address");
        let mut jar = Jar::default();
        jar.set("a=1", &url, 1000);
        jar.set("b=2; Max-Age=0", &url, 1000);
        jar.set("c=3; Secure", &url, 1000);
        assert_eq!(jar.sent_to(&url, 1000).as_deref(), Some("a=1; c=3"));
        assert_eq!(jar.sent_to(&Url::parse("http://a.example.fr/").expect("an address"), 1000).as_deref(), Some("a=1"));
        assert_eq!(jar.cookies.len(), 2);
    }
}
