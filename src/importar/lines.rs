//! Lines of a file, of bounded length, with their numbers.

use std::io::{self, BufRead, Read};

/// Octets of the longest line: far more than every column at its limit.
pub(super) const MAX_LINE: u64 = 64 * 1024;

/// What stands between two ends of line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Its octets, without its end.
    Whole(&'a [u8]),
    /// Longer than [`MAX_LINE`]; it was skipped.
    TooLong,
}

/// Reads lines one by one.
pub(super) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    buffer: Vec<u8>,
    number: u64,
    consumed: u64,
    marked: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            number: 0,
            consumed: 0,
            marked: false,
        }
    }

    /// Number of the line last read, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Octets read so far.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Whether the first line, once read, began with the byte order mark of UTF-8.
    pub(super) fn marked(&self) -> bool {
        self.marked
    }

    /// The next line, blank ones too; nothing at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.number += 1;
        if self.fill()? == 0 {
            return Ok(None);
        }
        let mut too_long = false;
        while !self.buffer.ends_with(b"\n") && self.full() {
            too_long = true;
            if self.fill()? == 0 {
                break;
            }
        }
        if too_long {
            return Ok(Some(Line::TooLong));
        }
        let mut line = self.buffer.as_slice();
        if let Some(ended) = line.strip_suffix(b"\n") {
            line = ended.strip_suffix(b"\r").unwrap_or(ended);
        }
        if self.number == 1 {
            // A byte order mark, which some programs put before UTF-8.
            if let Some(unmarked) = line.strip_prefix(b"\xef\xbb\xbf") {
                self.marked = true;
                line = unmarked;
            }
        }
        Ok(Some(Line::Whole(line)))
    }

    fn full(&self) -> bool {
        u64::try_from(self.buffer.len()).is_ok_and(|length| length >= MAX_LINE)
    }

    fn fill(&mut self) -> io::Result<usize> {
        self.buffer.clear();
        let read = (&mut *self.input)
            .take(MAX_LINE)
            .read_until(b'\n', &mut self.buffer)?;
        self.consumed += u64::try_from(read).unwrap_or_default();
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lose_their_end_and_the_first_its_byte_order_mark() {
        let mut input: &[u8] = b"\xef\xbb\xbfone\r\n\ntwo";
        let mut lines = Lines::new(&mut input);
        assert_eq!(lines.next().unwrap(), Some(Line::Whole(b"one")));
        assert_eq!(lines.next().unwrap(), Some(Line::Whole(b"")));
        assert_eq!(lines.next().unwrap(), Some(Line::Whole(b"two")));
        assert_eq!((lines.number(), lines.consumed()), (3, 12));
        assert_eq!(lines.next().unwrap(), None);
    }

    #[test]
    fn a_carriage_return_ends_no_line_but_before_a_line_feed() {
        let mut input: &[u8] = b"a\rb\r\r\nc\r";
        let mut lines = Lines::new(&mut input);
        assert_eq!(lines.next().unwrap(), Some(Line::Whole(b"a\rb\r")));
        assert_eq!(lines.next().unwrap(), Some(Line::Whole(b"c\r")));
        assert_eq!(lines.next().unwrap(), None);
    }

    #[test]
    fn a_line_beyond_the_limit_is_skipped_and_the_next_one_read() {
        let limit = usize::try_from(MAX_LINE).unwrap();
        for length in [limit, limit + 1, 5 * limit] {
            let text = [vec![b'x'; length], b"\nnext\n".to_vec()].concat();
            let mut input = text.as_slice();
            let mut lines = Lines::new(&mut input);
            assert_eq!(lines.next().unwrap(), Some(Line::TooLong), "{length}");
            assert_eq!(lines.next().unwrap(), Some(Line::Whole(b"next")));
            assert_eq!(lines.number(), 2);
        }
    }
}
