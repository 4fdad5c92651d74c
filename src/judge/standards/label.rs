//! The label of a criterion, which is all the name that it has: as people read it, and as it is compared.

/// A label without the links of its Markdown, on one line.
pub(crate) fn plain(label: &str) -> String {
    let text = label.split("\n\n[").next().unwrap_or(label);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        shown.push_str(before);
        let Some((name, tail)) = after.split_once("][").or_else(|| after.split_once("](")) else {
            shown.push('[');
            rest = after;
            continue;
        };
        shown.push_str(name);
        rest = tail.split_once([']', ')']).map_or("", |(_, rest)| rest);
    }
    shown.push_str(rest);
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A label as it is compared: people and tools change its spaces and its apostrophes, and nothing else.
pub(crate) fn same(label: &str) -> String {
    label.replace(['’', 'ʼ'], "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_shown_without_its_links() {
        assert_eq!(plain("présente sur [l'annuaire][1]\n\n[1]: https://a.fr/"), "présente sur l'annuaire");
        assert_eq!(plain("voir [ici](https://a.fr) !"), "voir ici !");
        assert_eq!(plain("un [crochet seul"), "un [crochet seul");
    }
}
