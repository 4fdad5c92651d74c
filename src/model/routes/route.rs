//! What every reader of routes yields: routes as they are written, and what mounts one router below another.

use crate::base::location::Location;

/// Who may ask for a route, as far as the code shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Anyone: it is declared public.
    Public,
    /// Those who have signed in.
    BehindSignIn,
    /// Nothing around it says so: it is open, unless what is not in the tree guards it.
    #[default]
    Unknown,
}

impl Access {
    /// As reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::BehindSignIn => "behind-sign-in",
            Self::Unknown => "unknown",
        }
    }

    /// What is said nearest to the route, else what is said around it.
    pub(crate) fn or(self, around: Self) -> Self {
        if self == Self::Unknown { around } else { self }
    }
}

/// An address that a product answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its path from the root of the service, with the names of its variable parts as the framework writes them.
    pub path: String,
    /// `GET`, `POST`…; `ANY` for all of them.
    pub method: String,
    /// Where it is declared.
    pub place: Location,
    /// The file that answers: a page, a template, a controller.
    pub handler: Option<String>,
    /// What answers, as the code names it: `home#legal`, `LegalNoticesPage`.
    pub action: String,
    /// The name by which links call it.
    pub name: Option<String>,
    /// The folder of its part of the stack; empty at the root.
    pub component: String,
    /// Who may ask for it.
    pub access: Access,
    /// Where it sends people on another site.
    pub external: Option<String>,
    /// Whether it only leads to another route.
    pub redirects: bool,
    /// Whether it answers only where a switch is on, or in development.
    pub conditional: bool,
}

/// A route as it is written in its file, before what mounts that file is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    /// The variable of the router that it is declared on; empty for that of the file.
    pub router: String,
    pub path: String,
    pub method: String,
    pub line: u32,
    pub handler: Option<String>,
    pub action: String,
    pub name: Option<String>,
    pub access: Access,
    pub external: Option<String>,
    pub redirects: bool,
    pub conditional: bool,
}

/// A router that answers below a path of another one.
#[derive(Debug, Clone)]
pub(super) struct Mount {
    /// The variable of the router that it is mounted on.
    pub router: String,
    /// The path below which it answers.
    pub prefix: String,
    /// The file that holds it, where it is another one.
    pub file: Option<String>,
    /// Its variable, where it is in the same file.
    pub variable: String,
    pub access: Access,
}

/// What a file declares.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub drafts: Vec<Draft>,
    pub mounts: Vec<Mount>,
}

/// Two parts of a path as one: `/a` and `b` are `/a/b`.
pub(crate) fn joined(prefix: &str, path: &str) -> String {
    let path = path.trim_start_matches('^').trim_end_matches('$');
    let mut whole = String::with_capacity(prefix.len() + path.len() + 2);
    for part in prefix.split('/').chain(path.split('/')).filter(|part| !part.is_empty()) {
        whole.push('/');
        whole.push_str(part);
    }
    let last = if path.is_empty() { prefix } else { path };
    if whole.is_empty() || last.len() > 1 && last.ends_with('/') {
        whole.push('/');
    }
    whole
}
