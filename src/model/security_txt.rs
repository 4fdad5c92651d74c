//! `security.txt`: where to report a vulnerability, and until when that is valid (RFC 9116).

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecurityTxt {
    /// Whether it names a contact.
    pub contact: bool,
    /// The line of its `Expires`, from 1, and the date in seconds since 1970 where it is one.
    pub expires: Option<(u32, Option<i64>)>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// It names no contact.
    NoContact,
    /// It does not say until when it holds.
    NoEnd,
    /// Its end is not an RFC 3339 date.
    UnreadableEnd,
    /// It held until a date that has passed.
    Expired,
}

impl SecurityTxt {
    /// Reads a text; a web page that is in its place says nothing.
    pub fn read(text: &str) -> Self {
        let mut read = Self::default();
        for (line, text) in (1..).zip(text.lines()) {
            let Some((name, value)) = text.split_once(':') else { continue };
            match name.trim().to_ascii_lowercase().as_str() {
                "contact" => read.contact |= !value.trim().is_empty(),
                "expires" if read.expires.is_none() => {
                    let date = value.trim().to_uppercase().parse::<jiff::Timestamp>().ok();
                    read.expires = Some((line, date.map(jiff::Timestamp::as_second)));
                }
                _ => {}
            }
        }
        read
    }

    /// What is wrong with it at a date, in seconds since 1970; the worst first.
    pub fn problem(&self, as_of: i64) -> Option<Problem> {
        match self.expires {
            Some((_, Some(end))) if end < as_of => Some(Problem::Expired),
            _ if !self.contact => Some(Problem::NoContact),
            Some((_, None)) => Some(Problem::UnreadableEnd),
            None => Some(Problem::NoEnd),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contact_and_end_are_asked_for() {
        let problem = |text: &str| SecurityTxt::read(text).problem(1_800_000_000);
        assert_eq!(problem("Contact: mailto:a@example.fr\nExpires: 2030-01-01t00:00:00z\n"), None);
        assert_eq!(problem("Contact: mailto:a@example.fr\nExpires: 2020-01-01T00:00:00Z"), Some(Problem::Expired));
        assert_eq!(problem("Expires: 2030-01-01T00:00:00Z"), Some(Problem::NoContact));
        assert_eq!(problem("Contact: x\nExpires: soon"), Some(Problem::UnreadableEnd));
        assert_eq!(problem("Contact: x"), Some(Problem::NoEnd));
        assert_eq!(problem("<html>"), Some(Problem::NoContact));
    }
}
