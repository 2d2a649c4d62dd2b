//! The bytes of several downloads: received, and to come. Draws nothing.

use std::collections::BTreeMap;

/// The progress of the downloads of one change.
#[derive(Debug, Default)]
pub(super) struct DownloadProgress {
    /// All files, those that have not begun included.
    files: usize,
    /// Bytes: the sum of the sizes that the index or the lock states.
    stated: u64,
    /// The number of files of which neither states a size.
    unstated: usize,
    begun: BTreeMap<String, Download>,
}

/// One file. Sizes are in bytes.
#[derive(Debug, Default)]
struct Download {
    stated: Option<u64>,
    by_server: Option<u64>,
    received: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum State {
    #[default]
    Begun,
    Finished,
    Unpacked,
}

/// The number of bytes that all downloads together will have received.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Total {
    Known(u64),
    /// Files whose size nobody has stated yet are taken to be as large as the others.
    Estimated(u64),
}

impl Download {
    /// The bytes that will have come in the end.
    fn expected(&self) -> Option<u64> {
        match self.state {
            State::Begun => self.stated.or(self.by_server),
            // Another process may have completed the file: then its remaining bytes never come.
            State::Finished | State::Unpacked => Some(self.received),
        }
    }
}

impl DownloadProgress {
    /// The progress before the first byte.
    pub(super) fn new(files: usize, stated: u64, unstated: usize) -> Self {
        Self { files, stated, unstated, begun: BTreeMap::new() }
    }

    /// A download begins, with the size that the index or the lock states.
    pub(super) fn begin(&mut self, file: &str, stated: Option<u64>) {
        self.begun.insert(file.to_owned(), Download { stated, ..Download::default() });
    }

    /// The server states the size of a file.
    pub(super) fn sized_by_server(&mut self, file: &str, size: u64) {
        self.download(file).by_server = Some(size);
    }

    /// More bytes arrived.
    pub(super) fn advance(&mut self, file: &str, bytes: u64) {
        self.download(file).received += bytes;
    }

    /// The download goes on, or starts again, with this many bytes.
    pub(super) fn resume(&mut self, file: &str, received: u64) {
        self.download(file).received = received;
    }

    /// All bytes of the file are here.
    pub(super) fn finish(&mut self, file: &str) {
        self.download(file).state = State::Finished;
    }

    /// The file was unpacked.
    pub(super) fn unpacked(&mut self, file: &str) {
        self.download(file).state = State::Unpacked;
    }

    pub(super) fn files(&self) -> usize {
        self.files
    }

    pub(super) fn files_finished(&self) -> usize {
        self.begun.values().filter(|download| download.state != State::Begun).count()
    }

    pub(super) fn files_unpacked(&self) -> usize {
        self.begun.values().filter(|download| download.state == State::Unpacked).count()
    }

    /// Bytes, of all files together.
    pub(super) fn received(&self) -> u64 {
        self.begun.values().map(|download| download.received).sum()
    }

    pub(super) fn total(&self) -> Total {
        let stated: u64 = self.begun.values().filter_map(|download| download.stated).sum();
        let unstated = self.begun.values().filter(|download| download.stated.is_none()).count();
        let known =
            self.stated.saturating_sub(stated) + self.begun.values().filter_map(Download::expected).sum::<u64>();
        let unknown = self.unstated.saturating_sub(unstated)
            + self.begun.values().filter(|download| download.expected().is_none()).count();
        if unknown == 0 {
            return Total::Known(known);
        }
        let of_known_size = self.files.saturating_sub(unknown).max(1) as u64;
        Total::Estimated((known.saturating_mul(self.files as u64) / of_known_size).max(self.received()))
    }

    fn download(&mut self, file: &str) -> &mut Download {
        self.begun.entry(file.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_that_was_stated_is_known_from_the_first_byte_and_is_never_scaled() {
        let mut progress = DownloadProgress::new(3, 49, 0);
        assert_eq!(progress.total(), Total::Known(49));
        progress.begin("a", Some(40));
        progress.advance("a", 12);
        assert_eq!((progress.received(), progress.total()), (12, Total::Known(49)));
        progress.advance("a", 28);
        progress.finish("a");
        assert_eq!((progress.received(), progress.total(), progress.files_finished()), (40, Total::Known(49), 1));
    }

    #[test]
    fn sizes_that_nobody_stated_are_estimated_from_the_others_until_the_server_states_them() {
        let mut progress = DownloadProgress::new(4, 30, 2);
        assert_eq!(progress.total(), Total::Estimated(60));
        progress.begin("c", None);
        progress.sized_by_server("c", 90);
        assert_eq!(progress.total(), Total::Estimated(160));
        progress.begin("d", None);
        progress.advance("d", 70);
        progress.finish("d");
        assert_eq!(progress.total(), Total::Known(190));
        assert_eq!(DownloadProgress::new(2, 0, 2).total(), Total::Estimated(0));
    }

    #[test]
    fn bytes_that_come_twice_count_once_and_those_that_another_process_fetched_not_at_all() {
        let mut progress = DownloadProgress::new(2, 20, 0);
        progress.begin("a", Some(10));
        progress.advance("a", 8);
        progress.resume("a", 0);
        progress.advance("a", 10);
        progress.finish("a");
        progress.unpacked("a");
        progress.begin("b", Some(10));
        progress.finish("b");
        assert_eq!((progress.received(), progress.total()), (10, Total::Known(10)));
        assert_eq!((progress.files(), progress.files_finished(), progress.files_unpacked()), (2, 2, 1));
    }
}
