//! What a fix would change, and what it is planned from.

use std::path::Path;

use crate::base::text::{Lang, Localized};
use crate::base::typography::french;
use crate::judge::finding::Finding;
use crate::judge::rule::renamed;
use crate::model::forge::address::{Address, Software};
use crate::survey::Survey;

/// What only a person can say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    /// The SPDX identifier of the licence, one of [`LICENCES`].
    pub licence: Option<String>,
    /// Who holds the rights; the contributors of the product, if absent.
    pub holder: Option<String>,
    /// Whom to write to: an address of mail.
    pub contact: Option<String>,
}

/// A change to the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileChange {
    /// A file that was not there.
    Create {
        /// Its path.
        path: String,
        /// What it says.
        text: String,
    },
    /// Lines of a file that was there: added at its end, or pinned where they are.
    Edit {
        /// Its path.
        path: String,
        /// What it said.
        before: String,
        /// What it says.
        after: String,
    },
    /// A file that git no longer follows, and that stays where it is.
    Untrack {
        /// Its path.
        path: String,
    },
}

impl FileChange {
    /// The file.
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Create { path, .. } | Self::Edit { path, .. } | Self::Untrack { path } => path,
        }
    }

    /// The change as a unified diff; nothing for a file that leaves the index, whose lines may be secret.
    pub(crate) fn diff(&self) -> String {
        let (before, after) = match self {
            Self::Create { path, text } => {
                let lines: String = text.lines().map(|line| format!("+{line}\n")).collect();
                return format!("--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{} @@\n{lines}", text.lines().count());
            }
            Self::Edit { before, after, .. } => (before.as_str(), after.as_str()),
            Self::Untrack { .. } => return String::new(),
        };
        let path = Some(Path::new(self.path()));
        let patch = git2::Patch::from_buffers(before.as_bytes(), path, after.as_bytes(), path, None);
        let text =
            patch.and_then(|mut patch| patch.to_buf()).map(|buffer| String::from_utf8_lossy(&buffer).into_owned());
        text.unwrap_or_default()
    }
}

/// Finds the commit that a version of an action stands for.
pub(crate) type Resolve<'r> = dyn Fn(&str, &str) -> Result<String, Localized> + 'r;

/// What fixes are made from.
pub(crate) struct FixContext<'w> {
    /// What is known of the repository.
    pub survey: &'w Survey,
    /// The results of its rules.
    pub findings: &'w [Finding],
    /// The name of the product.
    pub name: &'w str,
    /// The language of what is written.
    pub lang: Lang,
    /// What the user answered.
    pub answers: &'w Answers,
    /// Where the repository lives, for one that lives on a forge.
    pub forge: Option<Address>,
    /// Finds the commit of an action, where the forge may be asked.
    pub resolve: Option<&'w Resolve<'w>>,
    /// The branch that the remote works on, where this clone knows it.
    pub default_branch: Option<String>,
    /// The rules that are to be fixed; all that fail, if none is named.
    pub wanted: &'w [String],
}

impl FixContext<'_> {
    pub(super) fn has(&self, path: &str) -> bool {
        self.survey.inventory.has(path)
    }

    pub(super) fn fails(&self, rule: &str) -> bool {
        self.findings.iter().any(|finding| finding.rule == rule && finding.is_failure())
    }

    pub(super) fn fact_names(&self, fact: &str) -> &[String] {
        self.survey.facts.get(fact).map(|fact| fact.names()).unwrap_or_default()
    }

    pub(super) fn fact_text(&self, fact: &str) -> Option<String> {
        self.survey.facts.get(fact)?.text_value().map(str::to_owned)
    }

    /// Whether the repository lives on GitLab, as its remote or its pipelines show.
    pub(super) fn is_on_gitlab(&self) -> bool {
        match &self.forge {
            Some(address) => address.software == Software::GitLab,
            None => self.has(".gitlab-ci.yml"),
        }
    }

    /// Whether a rule is to be fixed.
    pub(super) fn fixes(&self, rule: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|wanted| renamed::current(wanted) == rule)
    }

    /// The branch that people start from.
    pub(super) fn branch(&self) -> &str {
        if let Some(branch) = &self.default_branch {
            return branch;
        }
        let history = self.survey.history.as_ref().ok();
        let branches = history.map(|history| history.branches.as_slice()).unwrap_or_default();
        let known = ["main", "master"].into_iter().find(|name| branches.iter().any(|branch| branch.name == *name));
        known.or_else(|| history?.branch.as_deref()).unwrap_or("main")
    }

    /// One of two wordings, as its language is printed.
    pub(super) fn tr(&self, en: &str, fr: &str) -> String {
        self.set(self.lang.pick(en, fr).to_owned())
    }

    /// A text in the language of the context, as that is printed.
    pub(super) fn set(&self, text: String) -> String {
        match self.lang {
            Lang::En => text,
            Lang::Fr => french(&text),
        }
    }
}

pub(crate) type Plan = Result<Vec<FileChange>, Localized>;
