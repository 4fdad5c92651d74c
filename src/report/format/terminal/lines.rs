//! Sentences and lists on lines that a terminal of a width shows whole.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A sentence on lines of a width, broken between words.
pub(super) fn wrapped(sentence: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// The same on a few lines at most; the last one says that there is more.
pub(super) fn wrapped_to(sentence: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = wrapped(sentence, width);
    let long = lines.len() > most;
    lines.truncate(most);
    for line in &mut lines {
        *line = cut(line, width);
    }
    if let Some(last) = lines.last_mut().filter(|_| long) {
        *last = cut(&format!("{last} …"), width);
        if !last.ends_with('…') {
            last.push('…');
        }
    }
    lines
}

/// A line of a width, that says where it was cut.
pub(super) fn cut(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let kept = line.chars().take_while(|letter| {
        let own = letter.width().unwrap_or(0);
        let fits = own <= room;
        room = room.saturating_sub(own);
        fits
    });
    format!("{}…", kept.collect::<String>().trim_end())
}

/// As many of a few items as a line of a width holds, and how many more there are.
pub(super) fn listed(items: &[String], width: usize) -> String {
    let mut line = String::new();
    for (at, item) in items.iter().enumerate() {
        let gap = if at == 0 { "" } else { ", " };
        let left = items.len() - at - 1;
        let more = if left > 0 { format!(", … ({left})").width() } else { 0 };
        if at > 0 && line.width() + gap.len() + item.width() + more > width {
            return format!("{line}, … ({})", items.len() - at);
        }
        line = format!("{line}{gap}{item}");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_say_that_they_were_cut() {
        let sentence = "Écrire une phrase assez longue pour trois lignes";
        for line in wrapped_to(sentence, 16, 2) {
            assert!(line.width() <= 16, "{line}");
        }
        assert_eq!(wrapped_to(sentence, 16, 2).last().map(|last| last.ends_with('…')), Some(true));
        assert_eq!(wrapped_to("court", 16, 2), ["court"]);
        assert_eq!(cut("日本語の長い行", 7), "日本語…");
    }

    #[test]
    fn a_list_names_what_fits_and_counts_the_rest() {
        let items: Vec<String> = ["missing-licence", "missing-readme", "few-tests"].map(str::to_owned).into();
        assert_eq!(listed(&items, 80), "missing-licence, missing-readme, few-tests");
        assert_eq!(listed(&items, 30), "missing-licence, … (2)");
        assert_eq!(listed(&items, 3), "missing-licence, … (2)");
    }
}
