//! What is known of one page that a public product is expected to have.

use crate::base::location::Location;

/// Whether a product has a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// No service of the product is browsed by people.
    NotApplicable,
    /// It belongs to another repository of the product.
    Elsewhere,
    /// There is none, or what names it leads nowhere.
    No,
    /// A public route answers with a shell.
    Empty,
    /// Only those see it who have signed in.
    BehindSignIn,
    /// A link of the product leads to another site or document.
    External,
    /// A public route of the product answers it with content.
    Yes,
}

impl Status {
    /// As reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::External => "external",
            Self::BehindSignIn => "behind-sign-in",
            Self::Empty => "empty",
            Self::No => "no",
            Self::Elsewhere => "elsewhere",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// A page, found or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Whether it is there.
    pub status: Status,
    /// Its path, or the address of the other site.
    pub route: Option<String>,
    /// What shows it, the most telling place first.
    pub evidence: Vec<Location>,
    /// Whether two careful people would agree.
    pub sure: bool,
}
