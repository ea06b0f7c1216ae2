//! Blocks of any size put together are the file, with the right line numbers.

use crate::pack::Dice;
use std::io::{self, Read};
use watchbell_input::{Block, BlockReader, LongLine, Options, Piece, Stream};

/// Gives as many bytes at a time as the dice say, and an error at the end if asked.
struct Drip {
    bytes: Vec<u8>,
    at: usize,
    dice: Dice,
    fails: bool,
}

impl Read for Drip {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.bytes.len() - self.at;
        if left == 0 && self.fails {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let n = (1 + self.dice.roll(50)).min(left).min(buf.len());
        buf[..n].copy_from_slice(&self.bytes[self.at..][..n]);
        self.at += n;
        Ok(n)
    }
}

fn reader(bytes: &[u8], block_size: usize, max_line: usize, fails: bool) -> BlockReader {
    let drip = Drip { bytes: bytes.to_vec(), at: 0, dice: Dice(block_size as u64), fails };
    BlockReader::new(Stream::new("drip", drip), &Options { block_size, max_line, ..Options::default() })
}

/// Lines as one would split them by hand: number, offset, bytes with the newline, kept or too long.
fn by_hand(bytes: &[u8], max_line: usize) -> Vec<(u64, u64, Result<Vec<u8>, u64>)> {
    let mut offset = 0;
    let numbered = bytes.split_inclusive(|&byte| byte == b'\n').zip(1..);
    let told = numbered.map(|(line, number)| {
        let length = line.strip_suffix(b"\n").unwrap_or(line).len();
        let place = offset;
        offset += line.len() as u64;
        (number, place, if length > max_line { Err(length as u64) } else { Ok(line.to_vec()) })
    });
    told.collect()
}

fn check(bytes: &[u8], block_size: usize, max_line: usize) {
    let mut blocks = reader(bytes, block_size, max_line, false);
    let mut found = Vec::new();
    while let Some(piece) = blocks.next() {
        match piece.unwrap() {
            Piece::LongLine(LongLine { line, offset, bytes }) => found.push((line, offset, Err(bytes))),
            Piece::Block(Block { first_line, mut offset, bytes }) => {
                assert!(bytes.len() <= block_size + max_line, "a block of {}", bytes.len());
                for (line, number) in bytes.split_inclusive(|&byte| byte == b'\n').zip(first_line..) {
                    found.push((number, offset, Ok(line.to_vec())));
                    offset += line.len() as u64;
                }
                blocks.recycle(bytes);
            }
        }
    }
    let expected = by_hand(bytes, max_line);
    assert_eq!(blocks.next_line(), expected.len() as u64 + 1);
    assert_eq!(found, expected, "block {block_size}, line {max_line}");
}

#[test]
fn blocks_together_are_the_file() {
    let mut dice = Dice(11);
    for round in 0..400 {
        let mut bytes = Vec::new();
        for _ in 0..dice.roll(60) {
            let length = if dice.roll(8) == 0 { dice.roll(300) } else { dice.roll(20) };
            bytes.extend((0..length).map(|n| b'a' + (n % 26) as u8));
            bytes.push(b'\n');
        }
        if round % 2 == 0 {
            bytes.pop();
        }
        for max_line in [1, 7, 64, 1000] {
            check(&bytes, 1 + dice.roll(200), max_line);
        }
    }
}

#[test]
fn lines_at_the_bound() {
    for text in ["", "\n", "\n\n", "12345", "12345\n", "123456", "123456\n", "1\n123456\n2", "123456\n123456", "123456\n\n"] {
        for block_size in 1..12 {
            check(text.as_bytes(), block_size, 5);
        }
    }
}

#[test]
fn a_long_line_takes_no_memory() {
    let line = io::repeat(b'x').take(300 << 20).chain(&b"\nnext\n"[..]);
    let pieces: Vec<Piece> = BlockReader::new(Stream::new("long", line), &Options::default()).map(Result::unwrap).collect();
    let long = Piece::LongLine(LongLine { line: 1, offset: 0, bytes: 300 << 20 });
    assert_eq!(pieces, [long, Piece::Block(Block { first_line: 2, offset: (300 << 20) + 1, bytes: b"next\n".to_vec() })]);
}

#[test]
fn damage_comes_after_what_was_read() {
    let mut blocks = reader(b"one\ntwo\nthr", 4, 100, true);
    let mut text = Vec::new();
    let problem = loop {
        match blocks.next().unwrap() {
            Ok(Piece::Block(block)) => text.extend(block.bytes),
            Ok(Piece::LongLine(_)) => unreachable!(),
            Err(problem) => break problem,
        }
    };
    assert_eq!((text.as_slice(), problem.code(), blocks.next()), (&b"one\ntwo\nthr"[..], "input/denied", None));
}

#[test]
fn offsets_count_a_utf8_mark() {
    let first = |bytes: &'static [u8]| BlockReader::new(Stream::new("m", bytes), &Options::default()).next().unwrap().unwrap();
    assert_eq!(first(b"\xEF\xBB\xBFa\n"), Piece::Block(Block { first_line: 1, offset: 3, bytes: b"a\n".to_vec() }));
    assert_eq!(first(b"\xFF\xFEa\0\n\0"), Piece::Block(Block { first_line: 1, offset: 0, bytes: b"a\n".to_vec() }));
}
