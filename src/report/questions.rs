//! The questions of the grade, as reports show them.

use crate::base::location::Location;
use crate::base::text::Localized;
use crate::judge::grade::QuestionGrade;
use crate::report::Report;

/// Where a repository stands on a question, with what people read of it.
pub(crate) struct ShownQuestion<'r> {
    /// Where it stands.
    pub grade: &'r QuestionGrade,
    /// What is asked.
    pub title: &'r Localized,
    /// What a product at this level is like.
    pub level: &'r Localized,
    /// What one at the next level is like; nothing at the last one.
    pub next: Option<&'r Localized>,
    /// What decided.
    pub place: Option<&'r Location>,
}

impl Report {
    /// The questions that could be answered, in the order of the policy.
    pub(crate) fn questions(&self) -> impl Iterator<Item = ShownQuestion<'_>> {
        let policy = &self.rules.policy;
        self.grade.questions.iter().filter_map(|grade| {
            let at = policy.questions.iter().position(|question| question.id == grade.question)?;
            let question = &policy.questions[at];
            let level = question.levels.get(grade.level)?;
            let by_rule = || {
                let decides = |rank: usize| question.levels.get(rank)?.rule.as_deref();
                let rule = decides(grade.level).or_else(|| decides(grade.level + 1))?;
                self.findings.iter().find(|finding| finding.rule == rule)?.evidence.first()
            };
            let answer = self.answers.get(at)?;
            Some(ShownQuestion {
                grade,
                title: &question.title,
                level: &level.title,
                next: question.levels.get(grade.level + 1).map(|level| &level.title),
                place: answer.evidence.get(grade.level).and_then(|places| places.first()).or_else(by_rule),
            })
        })
    }

    /// The questions that are shown in a pillar.
    pub(crate) fn questions_of<'r>(&'r self, pillar: &'r str) -> impl Iterator<Item = ShownQuestion<'r>> {
        self.questions().filter(move |question| question.grade.pillar == pillar)
    }
}
