//! The actions that a workflow of ours calls, each by the hash of a release.
//!
//! Source: the tags of each repository, read in November 2026.

/// An action, its commit and the release that it is.
pub(super) struct Pinned(&'static str, &'static str, &'static str);

impl std::fmt::Display for Pinned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{} # {}", self.0, self.1, self.2)
    }
}

pub(super) const CHECKOUT: Pinned = Pinned("actions/checkout", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1");
pub(super) const NODE: Pinned = Pinned("actions/setup-node", "820762786026740c76f36085b0efc47a31fe5020", "v7.0.0");
pub(super) const PYTHON: Pinned = Pinned("actions/setup-python", "5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0");
pub(super) const GO: Pinned = Pinned("actions/setup-go", "4a3601121dd01d1626a1e23e37211e3254c1c06c", "v6.4.0");
pub(super) const JAVA: Pinned = Pinned("actions/setup-java", "be666c2fcd27ec809703dec50e508c2fdc7f6654", "v5.2.0");
pub(super) const RUBY: Pinned = Pinned("ruby/setup-ruby", "0dafeac902942906541bc140009cdbf32665b601", "v1.315.0");
pub(super) const PHP: Pinned = Pinned("shivammathur/setup-php", "f3e473d116dcccaddc5834248c87452386958240", "2.37.2");
pub(super) const BEAM: Pinned = Pinned("erlef/setup-beam", "54075bcc5e249e4758d363f27d099f55d843f124", "v1.24.1");
