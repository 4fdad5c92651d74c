//! A structured file (JSON, YAML, TOML, XML, HCL, INI and its like) as one tree whose nodes know their place.

pub(crate) use crate::base::lines::LineIndex;
pub use node::Node;
pub(crate) use node::{DocumentError, Entry};

mod hcl;
mod json;
mod node;
mod properties;
mod toml;
mod xml;
mod yaml;

/// The syntaxes that become a [`Node`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, with the comments and trailing commas that `tsconfig.json` allows.
    Json,
    /// YAML 1.2.
    Yaml,
    /// TOML 1.
    Toml,
    /// XML 1.0.
    Xml,
    /// Java properties, `.env` files and INI.
    Properties,
    /// HCL 2.
    Hcl,
}

impl Syntax {
    /// The syntax that a file name announces.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit('.').next().unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "json" | "jsonc" | "json5" | "webmanifest" => Some(Self::Json),
            "yml" | "yaml" => Some(Self::Yaml),
            "toml" => Some(Self::Toml),
            "xml" => Some(Self::Xml),
            "properties" | "ini" | "cfg" | "env" => Some(Self::Properties),
            "tf" | "hcl" => Some(Self::Hcl),
            _ => match name {
                "Pipfile" | "poetry.lock" | "uv.lock" | "Cargo.lock" => Some(Self::Toml),
                ".eslintrc" | ".prettierrc" | ".stylelintrc" | ".babelrc" => Some(Self::Yaml),
                ".npmrc" | ".yarnrc" => Some(Self::Properties),
                _ if name.starts_with(".env") => Some(Self::Properties),
                _ => None,
            },
        }
    }
}

impl Node {
    /// Reads a document.
    ///
    /// # Errors
    /// The parser's message and line, when the text is not of that syntax, nests too deep or expands too far.
    pub fn parse(text: &str, syntax: Syntax) -> Result<Self, DocumentError> {
        match syntax {
            Syntax::Json => json::parse(text),
            Syntax::Yaml => yaml::parse(text),
            Syntax::Toml => toml::parse(text),
            Syntax::Xml => xml::parse(text),
            Syntax::Properties => Ok(properties::parse(text)),
            Syntax::Hcl => hcl::parse(text),
        }
    }

    /// Reads every document of a text: YAML may hold several.
    ///
    /// # Errors
    /// The same.
    pub(crate) fn parse_all(text: &str, syntax: Syntax) -> Result<Vec<Self>, DocumentError> {
        match syntax {
            Syntax::Yaml => yaml::parse_all(text),
            _ => Self::parse(text, syntax).map(|document| vec![document]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_syntax_keeps_the_line_of_a_key() {
        for (syntax, text) in [
            (Syntax::Json, "{\n  // why\n  \"a\": {\n    \"b\": 1,\n  }\n}"),
            (Syntax::Yaml, "# why\n\na:\n  b: 1\n"),
            (Syntax::Toml, "# why\n\n[a]\nb = 1\n"),
        ] {
            let document = Node::parse(text, syntax).expect("well-formed");
            let entry = document.get("a").and_then(|a| a.entry("b")).expect("a.b");
            assert_eq!((entry.line, entry.value.text()), (4, Some("1")), "{syntax:?}");
        }
    }

    #[test]
    fn alias_bomb_is_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = format!("*a{}", level - 1);
            let list = vec![before; 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
        }
        assert!(Node::parse(&text, Syntax::Yaml).is_err());
    }

    #[test]
    fn aliases_cost_no_memory_and_may_repeat_little() {
        let repeat = |items: usize, aliases: usize| {
            let text = format!("a: &a [{}]\nb: [{}]\n", vec!["x"; items].join(","), vec!["*a"; aliases].join(","));
            Node::parse(&text, Syntax::Yaml)
        };
        let document = repeat(100, 400).expect("well-formed");
        let (list, repeated) = (document.get("a").expect("a"), document.get("b").expect("b").items());
        assert!(repeated.iter().all(|copy| std::ptr::eq(copy.items(), list.items())), "an alias shares its anchor");
        assert_eq!(document.size(), 1 + 101 + 1 + 400 * 101);
        assert_eq!(repeat(500, 880).map_err(|error| error.message), Err("aliases expand too far".to_owned()));
    }

    #[test]
    fn aliases_count_in_depth() {
        let chain = |links: usize| {
            let mut text = "a0: &a0 [[[[[x]]]]]\n".to_owned();
            (1..=links).for_each(|n| text.push_str(&format!("a{n}: &a{n} [[[[[*a{}]]]]]\n", n - 1)));
            Node::parse(&text, Syntax::Yaml)
        };
        assert!(chain(10).is_ok());
        assert_eq!(chain(30).map_err(|error| error.message), Err("nested too deep".to_owned()));
    }

    #[test]
    fn merge_keys_are_merged_once_each_however_many() {
        let keys: Vec<String> = (0..50_000).map(|n| format!("k{n:x}: 1")).collect();
        let document = |merges: usize| {
            let more: String = (0..merges).map(|n| format!("c{n}: {{<<: *a}}\n")).collect();
            Node::parse(&format!("a: &a {{{}}}\nb: {{k0: 2, <<: [*a, *a]}}\n{more}", keys.join(",")), Syntax::Yaml)
        };
        let started = std::time::Instant::now();
        let merged = document(0).map_err(|error| error.message);
        assert_eq!(merged.map(|node| node.get("b").map(|b| b.entries().len())), Ok(Some(50_000)));
        assert!(document(20).is_err());
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn depth_is_bounded_in_every_syntax() {
        let deep = "[".repeat(5_000) + &"]".repeat(5_000);
        assert!(Node::parse(&deep, Syntax::Yaml).is_err());
        assert!(Node::parse(&deep, Syntax::Json).is_err());
        assert!(Node::parse(&format!("a = {deep}"), Syntax::Toml).is_err());
    }

    #[test]
    fn yaml_merge_keys_are_merged_and_own_keys_win() {
        let text = "base: &b {image: x, when: always}\njob:\n  <<: *b\n  image: y\n";
        let document = Node::parse(text, Syntax::Yaml).expect("well-formed");
        let job = document.get("job").expect("job");
        assert_eq!(job.text_of("image"), Some("y"));
        assert_eq!(job.text_of("when"), Some("always"));
    }

    #[test]
    fn quoted_truth_is_text() {
        let document = Node::parse("a: true\nb: 'true'\n", Syntax::Yaml).expect("well-formed");
        assert_eq!(document.get("a").and_then(Node::truth), Some(true));
        assert_eq!(document.get("b").and_then(Node::truth), None);
    }
}
