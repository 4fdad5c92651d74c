//! One report on a live site.

use crate::base::text::Lang;
use crate::judge::criteria::judged::Judged;
use crate::judge::finding::Finding;
use crate::judge::rule::pack::Rules;
use crate::model::site::{Site, Target};

/// What one visit of a live site showed, judged by the rules on live sites.
pub struct SiteReport {
    /// The language of the report.
    pub lang: Lang,
    /// The date of the visit, in seconds since 1970.
    pub as_of: i64,
    /// The result of every rule on live sites.
    pub findings: Vec<Finding>,
    pub(crate) target: Target,
    pub(crate) site: Site,
    pub(crate) rules: Rules,
    /// The criteria of the standards about which its pages are asked.
    pub(crate) criteria: Vec<Judged>,
}
