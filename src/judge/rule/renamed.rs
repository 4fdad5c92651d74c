//! Rules that had another name (`rules/renamed.yml`), so that what people wrote with the old one is still understood.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::base::embedded;
use crate::base::text::{Localized, localized};

/// The file of the embedded pack that holds the names.
pub(crate) const FILE: &str = "renamed.yml";

static NAMES: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| embedded::json(FILE).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default());

/// The name that a rule has today; the same where it never had another.
pub(crate) fn current(name: &str) -> &str {
    NAMES.get(name).map_or(name, String::as_str)
}

/// The first name of a rule: what is computed from a name must survive a new one.
pub(crate) fn original(name: &str) -> &str {
    NAMES.iter().find(|(_, new)| *new == name).map_or(name, |(old, _)| old)
}

/// What to say of an old name; nothing for one of today.
pub(crate) fn notice(name: &str) -> Option<Localized> {
    let new = NAMES.get(name)?;
    Some(localized!("the rule `{name}` is now called `{new}`", "la règle `{name}` s'appelle désormais `{new}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rule::pack::{Embedded, Rules};

    #[test]
    fn every_old_name_leads_to_a_rule_and_is_none() {
        let rules = Rules::load(&[], Embedded::With).expect("the embedded rules");
        assert!(!NAMES.is_empty());
        for (old, new) in NAMES.iter() {
            assert!(rules.all.iter().any(|rule| rule.id == *new), "{new}");
            assert!(rules.all.iter().all(|rule| rule.id != *old), "{old}");
            assert_eq!(original(current(old)), old, "two rules had the name of one");
        }
    }
}
