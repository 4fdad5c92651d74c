//! The open criteria, asked one by one. Each answer is written at once, so that what is left can be asked another day.

use std::io::{BufRead, Write};

use crate::base::edge;
use crate::base::error::Error;
use crate::base::text::{Lang, localized};
use crate::judge::attestations::{Attestation, Reply, day, names_somebody};
use crate::judge::criteria::judged::Judged;

/// For how long an answer holds where nobody says otherwise, in months: the committees' pace.
const MONTHS: i32 = 6;

/// Who asks, and who answers.
pub(super) struct Interview<'i> {
    /// What is typed.
    pub(super) input: &'i mut dyn BufRead,
    /// Where it is asked.
    pub(super) output: &'i mut dyn Write,
    /// The language.
    pub(super) lang: Lang,
    /// The role that answered last.
    pub(super) who: Option<String>,
    /// The last day that was given last.
    pub(super) until: Option<String>,
    /// The day of today.
    pub(super) today: String,
}

/// How it ended.
pub(super) struct Ended {
    /// How many criteria were answered.
    pub(super) answered: usize,
}

/// What is done with a criterion.
enum Next {
    Answer(Reply),
    Skip,
    Stop,
}

impl Interview<'_> {
    /// Asks about each criterion, and saves each answer.
    pub(super) fn run(
        &mut self,
        open: &[&Judged],
        save: &mut dyn FnMut(&Attestation) -> Result<(), Error>,
    ) -> Result<Ended, Error> {
        let mut ended = Ended { answered: 0 };
        for (rank, judged) in open.iter().enumerate() {
            self.present(judged, rank + 1, open.len())?;
            let answer = match self.choose()? {
                Next::Answer(answer) => answer,
                Next::Skip => continue,
                Next::Stop => break,
            };
            let Some(new) = self.detail(judged, answer)? else { break };
            save(&new)?;
            self.who = Some(new.who);
            self.until = Some(new.until);
            ended.answered += 1;
        }
        Ok(ended)
    }

    fn present(&mut self, judged: &Judged, rank: usize, all: usize) -> Result<(), Error> {
        let lang = self.lang;
        self.say(&format!("\n{rank}/{all}  {}", judged.text.get(lang)))?;
        self.say(&format!("       {}", judged.id))?;
        for found in &judged.evidence {
            let sign = if found.supports { '+' } else { '-' };
            self.say(&format!("       {sign} {}", found.what.get(lang)))?;
        }
        if let Some(said) = &judged.expired {
            let (who, until) = (&said.who, &said.until);
            let line = localized!("{who} attested it until {until}", "{who} l'attestait jusqu'au {until}");
            self.say(&format!("       {}", line.get(lang)))?;
        }
        if let Some(proof) = &judged.proof {
            let head = lang.pick("would prove it:", "ce qui le prouverait\u{a0}:");
            self.say(&format!("       {head} {}", proof.get(lang)))?;
        }
        Ok(())
    }

    fn choose(&mut self) -> Result<Next, Error> {
        let question = self.lang.pick(
            "  [y]es, [n]o, not [a]pplicable, [Enter] skip, [q]uit: ",
            "  [o]ui, [n]on, [s]ans objet, [Entrée] passer, [q]uitter\u{a0}: ",
        );
        loop {
            let Some(line) = self.line(question)? else { return Ok(Next::Stop) };
            let word = line.to_lowercase();
            return Ok(match (word.as_str(), self.lang) {
                ("", _) => Next::Skip,
                ("q" | "quit" | "quitter", _) => Next::Stop,
                ("y" | "yes" | "o" | "oui", _) => Next::Answer(Reply::Yes),
                ("n" | "no" | "non", _) => Next::Answer(Reply::No),
                ("a" | "na" | "s" | "sans objet" | "not applicable", _) => Next::Answer(Reply::Na),
                _ => continue,
            });
        }
    }

    /// Who, until when and why; nothing where whoever answers went away.
    fn detail(&mut self, judged: &Judged, answer: Reply) -> Result<Option<Attestation>, Error> {
        let lang = self.lang;
        let (who, until) = (self.who.clone(), self.until.clone().or_else(|| later(&self.today)));
        let role = lang.pick("  Who says so (a role)", "  Qui le dit (un rôle)");
        let Some(who) = self.until_valid(role, who, |text| (!names_somebody(text)).then(|| text.to_owned()))? else {
            return Ok(None);
        };
        let last = lang.pick("  Until which day", "  Jusqu’à quel jour");
        let today = self.today.clone();
        let Some(until) = self.until_valid(last, until, |text| day(text).filter(|until| *until >= today))? else {
            return Ok(None);
        };
        let reason = lang.pick("  Why", "  Pourquoi");
        let Some(why) = self.until_valid(reason, None, |text| Some(text.to_owned()))? else { return Ok(None) };
        let when = self.today.clone();
        Ok(Some(Attestation { criterion: judged.id.clone(), answer, who, when, until, why, link: None, line: 0 }))
    }

    /// Asks until what is typed is valid; nothing typed stands for what is offered.
    fn until_valid(
        &mut self,
        question: &str,
        offered: Option<String>,
        valid: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<String>, Error> {
        let colon = self.lang.pick(": ", "\u{a0}: ");
        let shown = offered.as_ref().map(|offered| format!(" [{offered}]")).unwrap_or_default();
        loop {
            let Some(line) = self.line(&format!("{question}{shown}{colon}"))? else { return Ok(None) };
            let text = if line.is_empty() { offered.clone().unwrap_or_default() } else { line };
            if let Some(found) = valid(&text).filter(|text| !text.is_empty()) {
                return Ok(Some(found));
            }
        }
    }

    fn say(&mut self, text: &str) -> Result<(), Error> {
        let shown: Vec<String> = text.lines().map(edge::text).collect();
        writeln!(self.output, "{}", shown.join("\n")).map_err(|error| terminal(&error))
    }

    /// A line that is typed; nothing at the end of the input.
    fn line(&mut self, question: &str) -> Result<Option<String>, Error> {
        write!(self.output, "{question}").and_then(|()| self.output.flush()).map_err(|error| terminal(&error))?;
        let mut line = String::new();
        let read = self.input.read_line(&mut line).map_err(|error| terminal(&error))?;
        Ok((read > 0).then(|| line.trim().to_owned()))
    }
}

fn terminal(error: &std::io::Error) -> Error {
    Error::of_system(localized!("the terminal went away", "le terminal n'est plus là"), error)
}

/// Some months after a day.
fn later(today: &str) -> Option<String> {
    let today: jiff::civil::Date = today.parse().ok()?;
    today.checked_add(jiff::Span::new().months(MONTHS)).ok().map(|day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::Localized;
    use crate::judge::criteria::judged::Status;

    fn open(id: &str) -> Judged {
        Judged {
            id: id.to_owned(),
            standard: String::new(),
            category: String::new(),
            label: String::new(),
            text: Localized::foreign(id),
            told_by: None,
            phase: None,
            status: Status::ToAnswer,
            seen: Status::ToAnswer,
            evidence: Vec::new(),
            attested: None,
            expired: None,
            open: Vec::new(),
            proof: None,
        }
    }

    #[test]
    fn each_answer_is_saved_at_once_and_the_rest_can_wait() {
        let all = [open("a/0"), open("b/0"), open("c/0"), open("d/0")];
        let open: Vec<&Judged> = all.iter().collect();
        // An answer with a role that names somebody first, one that is skipped, one with what was offered, then the end.
        let mut typed: &[u8] =
            b"what\no\na.b@c.fr\ncoach\n\nseen with the team\n\ns\n\n2020-01-01\n2027-01-31\nno such thing\nq\n";
        let mut shown = Vec::new();
        let mut saved: Vec<Attestation> = Vec::new();
        let mut interview = Interview {
            input: &mut typed,
            output: &mut shown,
            lang: Lang::Fr,
            who: None,
            until: None,
            today: "2026-08-31".to_owned(),
        };
        let mut save = |new: &Attestation| {
            saved.push(new.clone());
            Ok(())
        };
        let ended = interview.run(&open, &mut save).expect("answers");
        assert_eq!(ended.answered, 2);
        let told: Vec<(&str, Reply, &str, &str)> = saved
            .iter()
            .map(|one| (one.criterion.as_str(), one.answer, one.who.as_str(), one.until.as_str()))
            .collect();
        assert_eq!(told, [("a/0", Reply::Yes, "coach", "2027-02-28"), ("c/0", Reply::Na, "coach", "2027-01-31")]);
    }
}
