//! Services that follow people from site to site or measure them with more than the law allows without consent, by the hosts
//! that they are loaded from and the cookies that they set.
//!
//! Sources: the documentation of each service; for what is exempt, CNIL, « Cookies : solutions pour les outils de mesure
//! d'audience ». Matomo is not here: it can be set up so that no consent is needed.

/// A service.
pub(crate) struct Tracker {
    /// Its name.
    pub name: &'static str,
    /// Hosts; those below them count too.
    hosts: &'static [&'static str],
    /// How the names of its cookies begin.
    cookies: &'static [&'static str],
}

const TRACKERS: &[Tracker] = &[
    Tracker {
        name: "Google Analytics",
        hosts: &["google-analytics.com", "analytics.google.com"],
        cookies: &["_ga", "_gid", "_gat"],
    },
    Tracker { name: "Google Tag Manager", hosts: &["googletagmanager.com"], cookies: &[] },
    Tracker {
        name: "Google Ads",
        hosts: &["doubleclick.net", "googleadservices.com", "googlesyndication.com"],
        cookies: &["_gcl_"],
    },
    Tracker { name: "Meta Pixel", hosts: &["connect.facebook.net"], cookies: &["_fbp", "_fbc"] },
    Tracker { name: "Hotjar", hosts: &["hotjar.com", "hotjar.io"], cookies: &["_hj"] },
    Tracker { name: "Microsoft Clarity", hosts: &["clarity.ms"], cookies: &["_clck", "_clsk"] },
    Tracker { name: "Microsoft Advertising", hosts: &["bat.bing.com"], cookies: &["_uetsid", "_uetvid"] },
    Tracker { name: "LinkedIn Insight", hosts: &["snap.licdn.com", "px.ads.linkedin.com"], cookies: &["li_fat_id"] },
    Tracker { name: "TikTok Pixel", hosts: &["analytics.tiktok.com"], cookies: &["_ttp"] },
    Tracker { name: "X (Twitter)", hosts: &["static.ads-twitter.com", "platform.twitter.com"], cookies: &[] },
    Tracker { name: "HubSpot", hosts: &["hs-scripts.com", "hs-analytics.net"], cookies: &["hubspotutk", "__hstc"] },
    Tracker { name: "Segment", hosts: &["cdn.segment.com"], cookies: &["ajs_"] },
    Tracker { name: "Mixpanel", hosts: &["mxpnl.com", "mixpanel.com"], cookies: &["mp_"] },
    Tracker { name: "Amplitude", hosts: &["amplitude.com"], cookies: &["AMP_", "amplitude_id"] },
];

/// The tracker that a host belongs to.
pub(crate) fn of_host(host: &str) -> Option<&'static Tracker> {
    let belongs = |own: &str| host == own || host.strip_suffix(own).is_some_and(|above| above.ends_with('.'));
    TRACKERS.iter().find(|tracker| tracker.hosts.iter().any(|own| belongs(own)))
}

/// The tracker that a cookie belongs to.
pub(crate) fn of_cookie(name: &str) -> Option<&'static Tracker> {
    TRACKERS.iter().find(|tracker| tracker.cookies.iter().any(|start| name.starts_with(start)))
}
