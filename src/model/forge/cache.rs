//! What forges answered before, kept on disk so that they can say "not modified".

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::address::{Env, Token};

use crate::base::disk::{Root, read_named};

/// The largest answer that is read again: twice what is taken from a forge, as it is escaped.
const LARGEST: u64 = 32 * 1024 * 1024;

/// A folder of answers.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

/// An answer that is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The mark by which the forge knows this version.
    pub(super) etag: String,
    /// The next page.
    pub(super) next: Option<String>,
    /// The answer, as it came.
    pub(super) body: String,
}

impl Cache {
    /// The usual folder: `EQUERRE_CACHE_DIR`, else below that of the person's caches.
    pub fn usual(env: &Env) -> Option<Self> {
        let given = |name: &str| env(name).filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let folder = given("EQUERRE_CACHE_DIR")
            .or_else(|| given("XDG_CACHE_HOME").map(|folder| folder.join("equerre")))
            .or_else(|| given("HOME").map(|home| home.join(".cache/equerre")))?;
        Some(Self::new(folder.join("forges")))
    }

    /// A cache in a folder, made when first needed.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// One file an address and token: what one token may see is not shown to another.
    fn file(&self, url: &str, token: Option<&Token>) -> Option<PathBuf> {
        let secret = token.map(Token::secret).unwrap_or_default();
        let key = git2::Oid::hash_object(git2::ObjectType::Blob, format!("{url}\n{secret}").as_bytes()).ok()?;
        Some(self.folder.join(format!("{key}.json")))
    }

    pub(super) fn find(&self, url: &str, token: Option<&Token>) -> Option<Kept> {
        serde_json::from_slice(&read_named(&self.file(url, token)?, LARGEST).ok()?).ok()
    }

    /// Keeps an answer; a cache that cannot be written is only slower.
    pub(super) fn keep(&self, url: &str, token: Option<&Token>, kept: &Kept) {
        let (Some(file), Ok(text)) = (self.file(url, token), serde_json::to_vec(kept)) else {
            return;
        };
        // It may hold what a token gave access to: its owner alone reads it.
        let write = || Root::open(&self.folder)?.replace_private(&file, &text);
        let _ = std::fs::create_dir_all(&self.folder).and_then(|()| write());
    }
}
