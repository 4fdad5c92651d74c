//! Reading saved answers, told apart by their shape: fields come and go from one version of the API to the next.

use serde_json::Value as Json;

use crate::base::text::{Localized, localized};

use super::{Dated, Directory, Member, Mission, Product, Watched};

/// Why a file is not an answer of the directory.
#[derive(Debug)]
pub(crate) enum NotRead {
    /// It is neither JSON nor YAML: what the parser says.
    Malformed(String),
    /// It is something else.
    UnknownShape,
}

impl NotRead {
    /// The same in words.
    pub(crate) fn explain(&self) -> (Localized, Localized) {
        match self {
            Self::Malformed(why) => (
                localized!("it is neither JSON nor YAML: {why}", "ce n'est ni du JSON ni du YAML : {why}"),
                localized!(
                    "save the answer of the API again, whole",
                    "enregistrez de nouveau la réponse de l'API, entière"
                ),
            ),
            Self::UnknownShape => (
                localized!("it is no answer of the directory", "ce n'est pas une réponse de l'annuaire"),
                localized!(
                    "give `startups.json`, `authors.json` or `incubators.json` of https://beta.gouv.fr/api/v2.7/, `api/v3/startups/<id>.json`, or a `dashlord.yml`",
                    "donnez `startups.json`, `authors.json` ou `incubators.json` de https://beta.gouv.fr/api/v2.7/, `api/v3/startups/<id>.json`, ou un `dashlord.yml`"
                ),
            ),
        }
    }
}

impl Directory {
    /// Adds what a saved answer holds.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), NotRead> {
        let text = text.trim_start_matches('\u{feff}');
        let value: Json = match serde_json::from_str(text) {
            Ok(value) => value,
            // Only a DashLord is YAML, and a JSON that is cut must say where.
            Err(error) if text.trim_start().starts_with(['{', '[']) => {
                return Err(NotRead::Malformed(error.to_string()));
            }
            Err(_) => serde_yaml::from_str(text)
                .map_err(|error| NotRead::Malformed(error.to_string().lines().next().unwrap_or_default().to_owned()))?,
        };
        self.add_value(&value)
    }

    fn add_value(&mut self, value: &Json) -> Result<(), NotRead> {
        match value {
            Json::Array(list) if list.iter().any(|item| item["missions"].is_array()) => {
                self.members.get_or_insert_default().extend(list.iter().map(member));
                Ok(())
            }
            Json::Array(list) if list.iter().any(|item| item["attributes"]["phases"].is_array()) => {
                list.iter().for_each(|item| self.add_product(product_of_list(item)));
                Ok(())
            }
            Json::Object(map) => {
                let products = map.get("data").and_then(Json::as_array);
                let products = products.filter(|list| list.iter().all(|item| item["attributes"].is_object()));
                if let Some(list) = products {
                    list.iter().for_each(|item| self.add_product(product_of_list(item)));
                    for item in map.get("included").and_then(Json::as_array).into_iter().flatten() {
                        self.add_incubator(&text(&item["id"]).unwrap_or_default(), &item["attributes"]["title"]);
                    }
                    return Ok(());
                }
                if let Some(urls) = map.get("urls").and_then(Json::as_array) {
                    self.watched.get_or_insert_default().extend(urls.iter().map(watched));
                    return Ok(());
                }
                if map.get("id").is_some_and(Json::is_string) && map.get("phases").is_some_and(Json::is_array) {
                    self.add_product(product_alone(value));
                    return Ok(());
                }
                // Several answers in one file, by the name of each.
                let known = ["startups", "authors", "incubators", "startup", "dashlord"];
                if map.keys().all(|key| known.contains(&key.trim_end_matches(".json"))) && !map.is_empty() {
                    return map.values().try_for_each(|part| self.add_value(part));
                }
                if map.values().any(|item| item["title"].is_string()) {
                    map.iter().for_each(|(id, item)| self.add_incubator(id, &item["title"]));
                    return Ok(());
                }
                Err(NotRead::UnknownShape)
            }
            _ => Err(NotRead::UnknownShape),
        }
    }

    /// Adds a product, or to one that is known what another answer says of it.
    fn add_product(&mut self, new: Product) {
        if new.id.is_empty() {
            return;
        }
        let Some(known) = self.products.get_mut(&new.id) else {
            self.products.insert(new.id.clone(), new);
            return;
        };
        let Product { events, phases, incubators, mon_service_securise, risk_analysis, content, .. } = new.clone();
        known.mon_service_securise = mon_service_securise.or(known.mon_service_securise);
        known.risk_analysis |= risk_analysis;
        known.content = content.or(known.content.take());
        let fields: [(&mut Option<String>, Option<String>); 9] = [
            (&mut known.link, new.link),
            (&mut known.stats_url, new.stats_url),
            (&mut known.budget_url, new.budget_url),
            (&mut known.impact_url, new.impact_url),
            (&mut known.repository, new.repository),
            (&mut known.contact, new.contact),
            (&mut known.dashlord_url, new.dashlord_url),
            (&mut known.accessibility_status, new.accessibility_status),
            (&mut known.risk_analysis_url, new.risk_analysis_url),
        ];
        for (own, other) in fields {
            *own = other.or(own.take());
        }
        for (own, other) in [(&mut known.events, events), (&mut known.phases, phases)] {
            if !other.is_empty() {
                *own = other;
            }
        }
        if !incubators.is_empty() {
            known.incubators = incubators;
        }
    }

    fn add_incubator(&mut self, id: &str, title: &Json) {
        let id = id.trim_start_matches("/incubateurs/");
        if let Some(title) = text(title) {
            self.incubators.insert(id.to_owned(), title);
        }
    }
}

/// A text that says something.
fn text(value: &Json) -> Option<String> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Yes or no, which the API also writes as a text.
fn truth(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(value) => Some(*value),
        Json::String(text) if text == "true" => Some(true),
        Json::String(text) if text == "false" => Some(false),
        _ => None,
    }
}

fn dated(list: &Json, when: &str) -> Vec<Dated> {
    let read = |item: &Json| {
        let day = |value: &Json| text(value).map(|day| day.chars().take(10).collect::<String>());
        Some(Dated { name: text(&item["name"])?, start: day(&item[when]).unwrap_or_default() })
    };
    list.as_array().into_iter().flatten().filter_map(read).collect()
}

/// A product of `startups.json`.
fn product_of_list(item: &Json) -> Product {
    let incubators = item["relationships"]["incubators"]["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    let one = std::slice::from_ref(&item["relationships"]["incubator"]["data"]);
    let listed = if incubators.is_empty() { one } else { incubators };
    let id = text(&item["id"]).unwrap_or_default();
    Product {
        id,
        incubators: listed.iter().filter_map(|data| text(&data["id"])).collect(),
        ..fields(&item["attributes"])
    }
}

/// A product of `api/v3/startups/<id>.json`.
fn product_alone(item: &Json) -> Product {
    let listed = item["incubators"].as_array().map(Vec::as_slice).unwrap_or_default();
    let one = std::slice::from_ref(&item["incubator"]);
    let listed = if listed.is_empty() { one } else { listed };
    Product {
        id: text(&item["id"]).unwrap_or_default(),
        incubators: listed.iter().filter_map(text).collect(),
        ..fields(item)
    }
}

fn fields(from: &Json) -> Product {
    let encoded = text(&from["content_url_encoded_markdown"]).map(|encoded| decoded(&encoded));
    Product {
        name: text(&from["name"]).or_else(|| text(&from["title"])).unwrap_or_default(),
        link: text(&from["link"]),
        stats_url: text(&from["stats_url"]),
        budget_url: text(&from["budget_url"]),
        impact_url: text(&from["impact_url"]),
        repository: text(&from["repository"]),
        contact: text(&from["contact"]),
        dashlord_url: text(&from["dashlord_url"]),
        accessibility_status: text(&from["accessibility_status"]),
        mon_service_securise: truth(&from["mon_service_securise"]),
        risk_analysis: truth(&from["analyse_risques"]) == Some(true),
        risk_analysis_url: text(&from["analyse_risques_url"]),
        content: encoded.or_else(|| text(&from["content"])),
        phases: dated(&from["phases"], "start"),
        events: dated(&from["events"], "date"),
        ..Product::default()
    }
}

fn member(item: &Json) -> Member {
    let texts = |list: &Json| list.as_array().into_iter().flatten().filter_map(text).collect();
    let mission = |mission: &Json| Mission {
        start: text(&mission["start"]).unwrap_or_default(),
        end: text(&mission["end"]).unwrap_or_default(),
        status: text(&mission["status"]).unwrap_or_default(),
        products: texts(&mission["startups"]),
    };
    Member {
        name: text(&item["fullname"]).unwrap_or_default(),
        domain: text(&item["domaine"]).unwrap_or_default(),
        missions: item["missions"].as_array().into_iter().flatten().map(mission).collect(),
    }
}

fn watched(item: &Json) -> Watched {
    Watched {
        url: text(&item["url"]).unwrap_or_default(),
        beta_id: text(&item["betaId"]),
        repositories: item["repositories"].as_array().into_iter().flatten().filter_map(text).collect(),
    }
}

/// A text whose special characters stand as `%C3%A9`, and spaces as `+` or `%20`.
fn decoded(encoded: &str) -> String {
    let bytes = encoded.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = encoded.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_is_told_and_an_answer_completes_another() {
        let mut directory = Directory::default();
        directory.add(r#"{"links":{},"data":[{"id":"cantine","type":"startup","attributes":{"name":"Cantine","link":"","contact":"a@b.fr","content_url_encoded_markdown":"%23%23%20Probl%C3%A8me%0Ades+files","phases":[{"name":"construction","start":"2024-01-01","end":""}],"analyse_risques":"true"},"relationships":{"incubator":{"data":{"id":"anct"}}}}],"included":[{"id":"anct","attributes":{"title":"ANCT"}}]}"#).expect("startups");
        let v3 = r#"{"id":"cantine","name":"Cantine","link":"https://a.fr","mon_service_securise":true,"phases":[]}"#;
        directory.add(v3).expect("one startup");
        directory.add(r#"[{"id":"a.b","fullname":"A B","domaine":"Coaching","missions":[{"start":"2025-01-01","end":"2026-01-01","status":"admin","startups":["cantine"]}]}]"#).expect("authors");
        directory
            .add("title: x\nurls:\n  - url: https://a.fr\n    betaId: cantine\n    repositories: [o/r]\n")
            .expect("a DashLord");
        let product = &directory.products["cantine"];
        assert_eq!((product.link.as_deref(), product.mon_service_securise), (Some("https://a.fr"), Some(true)));
        assert_eq!(product.content.as_deref(), Some("## Problème\ndes files"));
        assert!(product.risk_analysis && product.phases.len() == 1 && product.incubators == ["anct"]);
        assert_eq!(directory.incubators["anct"], "ANCT");
        assert_eq!(directory.members.as_ref().map(Vec::len), Some(1));
        assert_eq!(directory.watched.as_ref().map(|urls| urls[0].repositories.clone()), Some(vec!["o/r".to_owned()]));
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let add = |text: &str| Directory::default().add(text);
        assert!(matches!(add(r#"{"data": [{"id": "#), Err(NotRead::Malformed(_))));
        assert!(matches!(add(r#"{"a": 1}"#), Err(NotRead::UnknownShape)));
        assert!(add("<html><body>502</body></html>").is_err());
        assert!(matches!(add("12"), Err(NotRead::UnknownShape)));
    }
}
