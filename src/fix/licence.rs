//! A licence of the State's list, in full.
//!
//! Source of the texts: the SPDX license list. Source of the list: article D. 323-2-1 of the *code des relations entre le public et
//! l'administration*.

use crate::base::text::Localized;
use crate::fix::plan::{FileChange, FixContext, Plan};

/// The licences that can be written, the usual ones first.
pub const LICENCES: &[&str] = &["MIT", "AGPL-3.0-or-later", "EUPL-1.2", "Apache-2.0", "MPL-2.0", "GPL-3.0-or-later"];

const TEXTS: &[(&str, &str)] = &[
    ("MIT", include_str!("../../templates/licences/MIT.txt")),
    ("AGPL-3.0-or-later", include_str!("../../templates/licences/AGPL-3.0-or-later.txt")),
    ("EUPL-1.2", include_str!("../../templates/licences/EUPL-1.2.txt")),
    ("Apache-2.0", include_str!("../../templates/licences/Apache-2.0.txt")),
    ("MPL-2.0", include_str!("../../templates/licences/MPL-2.0.txt")),
    ("GPL-3.0-or-later", include_str!("../../templates/licences/GPL-3.0-or-later.txt")),
];

pub(super) fn plan(context: &FixContext<'_>) -> Plan {
    let Some(asked) = &context.answers.licence else {
        let list = LICENCES.join(", ");
        return Err(Localized::new(
            format!("the licence is the team's choice: `--licence` takes one of {list}"),
            format!("le choix de la licence revient à l'équipe : `--licence` prend l'une de {list}"),
        ));
    };
    let Some((_, text)) = TEXTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(asked)) else {
        let list = LICENCES.join(", ");
        return Err(Localized::new(
            format!("`{asked}` is not one of the licences that can be written: `--licence` takes one of {list}"),
            format!("le texte de `{asked}` n'est pas ici : `--licence` prend l'une de {list}"),
        ));
    };
    let holder = context.answers.holder.clone().unwrap_or_else(|| match context.lang {
        crate::base::text::Lang::En => format!("the contributors of {}", context.name),
        crate::base::text::Lang::Fr => format!("les contributeurs de {}", context.name),
    });
    let year = crate::base::date::date(context.survey.as_of).get(..4).unwrap_or_default().to_owned();
    let text = text.replace("<year>", &year).replace("<copyright holders>", &holder);
    Ok(vec![FileChange::Create { path: "LICENSE".to_owned(), text }])
}
