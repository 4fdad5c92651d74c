//! The name of a container image: `registry.example.org:5000/team/app:1.4@sha256:…`.

/// A name of an image, in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageName {
    /// Its repository as Docker Hub names it, in lower case: `node`, `grafana/grafana`, `ghcr.io/team/app`.
    pub repository: String,
    /// Its tag; `None` for none, which stands for `latest`.
    pub tag: Option<String>,
    /// Whether a digest fixes it.
    pub has_digest: bool,
    /// Whether a variable without a known value is in it.
    pub is_open: bool,
}

/// Registries and namespaces that serve the official images under another name.
const MIRRORS: &[&str] = &[
    "docker.io/",
    "index.docker.io/",
    "registry.hub.docker.com/",
    "public.ecr.aws/docker/",
    "mirror.gcr.io/",
    "library/",
];

impl ImageName {
    /// A name as it is written.
    pub(crate) fn new(text: &str) -> Self {
        let text = text.trim().trim_matches(['"', '\'']);
        let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
        // A colon before the last slash is that of a port.
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        let (repository, tag) = match name[last..].split_once(':') {
            Some((image, tag)) => (format!("{}{image}", &name[..last]), Some(tag.to_owned())),
            None => (name.to_owned(), None),
        };
        let repository = repository.to_lowercase();
        let own = MIRRORS.iter().fold(repository.as_str(), |name, mirror| name.strip_prefix(mirror).unwrap_or(name));
        Self { repository: own.to_owned(), tag, has_digest: digest.is_some(), is_open: text.contains('$') }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_images_have_parts() {
        for (text, repository, tag, has_digest) in [
            ("node", "node", None, false),
            ("docker.io/library/Node:22-slim", "node", Some("22-slim"), false),
            ("registry.example.org:5000/team/app", "registry.example.org:5000/team/app", None, false),
            ("registry.example.org:5000/app:latest", "registry.example.org:5000/app", Some("latest"), false),
            ("'redis:7@sha256:00'", "redis", Some("7"), true),
        ] {
            let name = ImageName::new(text);
            assert_eq!(
                (name.repository.as_str(), name.tag.as_deref(), name.has_digest),
                (repository, tag, has_digest),
                "{text}"
            );
        }
        assert!(ImageName::new("node:${VERSION}").is_open);
    }
}
