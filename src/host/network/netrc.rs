//! The netrc file: user names and passwords by host, as `ftp`, curl and pip read it. Parsing only.

use super::credentials::Credentials;

/// The entries of a netrc file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Netrc {
    machines: Vec<(String, Credentials)>,
    default: Option<Credentials>,
}

/// The text after the last token.
struct Tokens<'a> {
    rest: &'a str,
}

enum Owner {
    Default,
    Machine(String),
    Nobody,
}

impl Netrc {
    /// Reads as much as possible: unknown words are skipped, and entries without a password are left out.
    pub(super) fn parse(text: &str) -> Self {
        let mut netrc = Self::default();
        // Editors on Windows write a byte order mark.
        let mut tokens = Tokens { rest: text.trim_start_matches('\u{feff}') };
        let mut owner = Owner::Nobody;
        let (mut user, mut password) = (String::new(), None);
        while let Some(token) = tokens.next_token() {
            match token.as_str() {
                "machine" | "default" => {
                    netrc.add(owner, std::mem::take(&mut user), password.take());
                    owner = match token.as_str() {
                        "default" => Owner::Default,
                        _ => tokens.next_token().map_or(Owner::Nobody, Owner::Machine),
                    };
                }
                "login" | "user" => user = tokens.next_token().unwrap_or_default(),
                "password" => password = tokens.next_token(),
                "account" => drop(tokens.next_token()),
                "macdef" => tokens.skip_macro(),
                comment if comment.starts_with('#') => tokens.skip_line(),
                _ => {}
            }
        }
        netrc.add(owner, user, password);
        netrc
    }

    /// The entry of a host; the first one counts.
    pub(super) fn machine(&self, host: &str) -> Option<&Credentials> {
        let found = self.machines.iter().find(|(machine, _)| machine.eq_ignore_ascii_case(host));
        found.map(|(_, credentials)| credentials)
    }

    /// The entry for all other hosts.
    pub(super) fn otherwise(&self) -> Option<&Credentials> {
        self.default.as_ref()
    }

    fn add(&mut self, owner: Owner, user: String, password: Option<String>) {
        let Some(password) = password else {
            return;
        };
        let credentials = Credentials { user, password: Some(password) };
        match owner {
            Owner::Default => self.default = self.default.take().or(Some(credentials)),
            Owner::Machine(machine) => self.machines.push((machine, credentials)),
            Owner::Nobody => {}
        }
    }
}

impl Tokens<'_> {
    /// The next word; quotes keep blanks together, a backslash keeps the next character.
    fn next_token(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        let mut token = String::new();
        let mut characters = self.rest.char_indices();
        let quoted = self.rest.starts_with('"');
        if quoted {
            characters.next();
        }
        let mut end = self.rest.len();
        while let Some((index, character)) = characters.next() {
            match character {
                '"' if quoted => {
                    end = index + 1;
                    break;
                }
                blank if blank.is_whitespace() && !quoted => {
                    end = index;
                    break;
                }
                '\\' => token.extend(characters.next().map(|(_, escaped)| escaped)),
                other => token.push(other),
            }
        }
        let found = end > 0;
        self.rest = &self.rest[end..];
        found.then_some(token)
    }

    fn skip_line(&mut self) {
        self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]);
    }

    /// A macro ends with an empty line.
    fn skip_macro(&mut self) {
        let ends = ["\n\n", "\n\r\n"].into_iter().filter_map(|end| self.rest.find(end));
        self.rest = ends.min().map_or("", |end| &self.rest[end..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(user: &str, password: &str) -> Credentials {
        Credentials { user: user.to_owned(), password: Some(password.to_owned()) }
    }

    #[test]
    fn entries_in_every_layout_are_read() {
        let text = "# people's comments\nmachine a.example login one password p1 # trailing\n\
                    machine b.example\n\tlogin two\n\taccount x\n\tpassword \"p 2\\\"\"\n\
                    macdef init\nmachine c.example login no password no\n\n\
                    machine d.example password only\nmachine e.example login nobody\n\
                    machine A.example login late password late\ndefault login any password #p3\n";
        let expected = Netrc {
            machines: vec![
                ("a.example".to_owned(), credentials("one", "p1")),
                ("b.example".to_owned(), credentials("two", "p 2\"")),
                ("d.example".to_owned(), credentials("", "only")),
                ("A.example".to_owned(), credentials("late", "late")),
            ],
            default: Some(credentials("any", "#p3")),
        };
        assert_eq!(Netrc::parse(text), expected);
        let as_of_notepad = Netrc::parse("\u{feff}machine a.example login one password p1\r\n");
        assert_eq!(as_of_notepad.machine("a.example"), Some(&credentials("one", "p1")));
        assert_eq!(expected.machine("A.EXAMPLE"), Some(&credentials("one", "p1")));
        assert_eq!(expected.machine("c.example"), None);
    }

    #[test]
    fn a_broken_file_says_nothing() {
        for text in ["", "machine", "machine a login", "password p", "<html>machine</html>", "machine a password"] {
            assert_eq!(Netrc::parse(text), Netrc::default(), "{text}");
        }
    }
}
