//! Byte offsets of a text as lines and columns.

use std::cell::OnceCell;

use crate::base::text::to_u32;

/// How far apart the places of a text are at which its characters are counted, for lines longer than that.
const BLOCK: usize = 1024;

/// Turns byte offsets into lines and columns; built once a text.
pub(crate) struct LineIndex<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// How many characters stand before each block of the text, counted when a long line first asks: a document may be one line.
    blocks: OnceCell<Vec<usize>>,
}

impl<'t> LineIndex<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self { text, starts, blocks: OnceCell::new() }
    }

    /// Line and column, from 1, of a byte offset.
    pub(crate) fn place(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let start = self.starts[line];
        let column = match offset - start {
            _ if !self.text.is_char_boundary(offset) => 0,
            0..=BLOCK => characters(&self.text.as_bytes()[start..offset]),
            _ => self.before(offset) - self.before(start),
        };
        (to_u32(line + 1), to_u32(column + 1))
    }

    /// The line, from 1, of a byte offset.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        self.place(offset).0
    }

    /// How many characters stand before a byte offset.
    fn before(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let blocks = self.blocks.get_or_init(|| {
            let counted = bytes.chunks(BLOCK).scan(0, |sum, block| {
                *sum += characters(block);
                Some(*sum)
            });
            std::iter::once(0).chain(counted).collect()
        });
        let block = offset / BLOCK;
        blocks[block] + characters(&bytes[block * BLOCK..offset])
    }
}

/// How many characters begin in some bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_alike_on_short_and_long_lines() {
        let text = format!("é\n{}\nlast", "aé€".repeat(3_000));
        let lines = LineIndex::new(&text);
        for (offset, _) in text.char_indices().step_by(7).chain([(text.len(), ' ')]) {
            let start = text[..offset].rfind('\n').map_or(0, |end| end + 1);
            let line = text[..offset].matches('\n').count() + 1;
            let column = text[start..offset].chars().count() + 1;
            assert_eq!(lines.place(offset), (to_u32(line), to_u32(column)), "{offset}");
        }
    }

    #[test]
    fn a_document_of_one_long_line_is_read_at_once() {
        let started = std::time::Instant::now();
        let text = format!("[{}[]]", "[],".repeat(100_000));
        let lines = LineIndex::new(&text);
        let columns = (0..text.len()).step_by(3).map(|offset| u64::from(lines.place(offset).1)).max();
        assert_eq!(columns, Some(text.len() as u64));
        // Counted from the start of the line each time, that would be fifteen thousand million characters.
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
