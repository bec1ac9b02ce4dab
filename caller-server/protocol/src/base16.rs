//! Bytes as digits of base 16, where people or file names carry them.

/// Small letters.
pub fn encode(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16);
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(digit).collect()
}

/// And back; `None` for anything else.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let halves: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|half| u8::try_from(half).ok())).collect::<Option<_>>()?;
    halves.len().is_multiple_of(2).then(|| halves.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}
